"""Made-up people: names put together at random, national numbers of 1 January 1900, telephone numbers of one block."""

import random
from datetime import datetime

from jumuishi.kernel.numbers import LENGTH, check_digit

_FIRST = (
    "Asha Amina Neema Rehema Zawadi Upendo Tumaini Baraka Juma Hamisi Salum Rashid Mwajuma Fatuma Halima Zuhura Subira "
    "Imani Amani Furaha Faraja Bahati Daudi Yohana Petro Paulo Grace Mary Anna Joyce Elia Musa Ibrahim Yusufu Khadija "
    "Saida Mariamu Rukia Sikudhani Siwema Shabani Ramadhani Abdallah Omari Ally Hassan Hussein Said Selemani Athumani "
    "Emmanuel Godfrey Frank Peter Joseph Agnes Esther Rose Happiness Witness"
)
_LAST = (
    "Mwakalinga Mushi Massawe Kimaro Lyimo Mrema Shirima Temba Swai Mollel Laizer Lukumay Sanga Mbilinyi Kyando Mgaya "
    "Ngonyani Komba Haule Mapunda Nchimbi Masanja Magesa Maganga Mabula Kulwa Doto Shija Nkwabi Luhende Chacha Marwa "
    "Mwita Nyerembe Wambura Msuya Mndeme Mmbaga Mgonja Kombo Makame Haji Khamis Vuai Mbwana Mtoro Kibwana Msangi Mcha "
    "Mfinanga Kileo Minja Ndosi Urio Moshi Mtui Tarimo Kessy Matemu Njau"
)
FIRST, LAST = _FIRST.split(), _LAST.split()


def reference(rng: random.Random, node: str) -> str:
    """A reference number as the platform gives them."""
    body = f"{node}{rng.randrange(10 ** (LENGTH - 3)):0{LENGTH - 3}d}"
    return body + check_digit(body)


def uuid_at(rng: random.Random, at: datetime) -> str:
    """A UUID of version 7 that was made at an instant."""
    tail = f"{rng.getrandbits(60):015x}"
    head = f"{int(at.timestamp() * 1000):012x}"
    return f"{head[:8]}-{head[8:]}-7{tail[:3]}-{'89ab'[int(tail[3], 16) & 3]}{tail[4:7]}-{rng.getrandbits(48):012x}"
