"""Pages that people read, in each language."""

from django.urls import path

from jumuishi.payments.web import bills, differences, refunds

urlpatterns = [
    path("ofisi/fedha/", bills.bills, name="payments-bills"),
    path("ofisi/fedha/malipo/", bills.payments, name="payments-payments"),
    path("ofisi/fedha/malipo.csv", bills.payments_sheet, {"kind": "csv"}, name="payments-payments-sheet"),
    path("ofisi/fedha/malipo.xlsx", bills.payments_sheet, {"kind": "xlsx"}, name="payments-payments-sheet-xlsx"),
    path("ofisi/fedha/tofauti/", differences.differences, name="payments-differences"),
    path("ofisi/fedha/tofauti/<uuid:difference_id>/", differences.settle, name="payments-difference-settle"),
    path("ofisi/fedha/tofauti/<uuid:difference_id>/sababu/", differences.explain, name="payments-difference-explain"),
    path("ofisi/marejesho/", refunds.refunds, name="payments-refunds"),
    path("ofisi/marejesho.csv", refunds.refunds_sheet, {"kind": "csv"}, name="payments-refunds-sheet"),
    path("ofisi/marejesho.xlsx", refunds.refunds_sheet, {"kind": "xlsx"}, name="payments-refunds-sheet-xlsx"),
    path("ofisi/marejesho/<uuid:refund_id>/", refunds.settle, name="payments-refund-settle"),
    path("ofisi/marejesho/<uuid:refund_id>/sababu/", refunds.explain, name="payments-refund-explain"),
]
