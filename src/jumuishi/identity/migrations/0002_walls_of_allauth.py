"""allauth's own tables hold secrets of accounts: walled like ours, for the platform alone."""

from django.db import migrations

from jumuishi.kernel import tenancy


class Migration(migrations.Migration):
    dependencies = [
        ("identity", "0001_initial"),
        ("account", "0009_emailaddress_unique_primary_email"),
        ("mfa", "0003_authenticator_type_uniq"),
    ]
    operations = [
        *tenancy.wall("mfa_authenticator"),
        *tenancy.wall("account_emailaddress"),
        *tenancy.wall("account_emailconfirmation"),
    ]
