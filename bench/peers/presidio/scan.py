"""Presidio's recognizers by pattern, without a language model and its context words."""

import tldextract

# The list of public suffixes that comes with it: nothing is fetched.
tldextract.extract = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)

from presidio_analyzer.predefined_recognizers import (  # noqa: E402
    CreditCardRecognizer,
    CryptoRecognizer,
    DateRecognizer,
    EmailRecognizer,
    IbanRecognizer,
    IpRecognizer,
    MedicalLicenseRecognizer,
    NhsRecognizer,
    PhoneRecognizer,
    UrlRecognizer,
    UsBankRecognizer,
    UsItinRecognizer,
    UsLicenseRecognizer,
    UsPassportRecognizer,
    UsSsnRecognizer,
)

from contestant import read, serve  # noqa: E402

# For English: what is the same everywhere, the United States, and the NHS number.
RECOGNIZERS = [
    kind()
    for kind in (
        CreditCardRecognizer,
        CryptoRecognizer,
        DateRecognizer,
        EmailRecognizer,
        IbanRecognizer,
        IpRecognizer,
        MedicalLicenseRecognizer,
        NhsRecognizer,
        PhoneRecognizer,
        UrlRecognizer,
        UsBankRecognizer,
        UsItinRecognizer,
        UsLicenseRecognizer,
        UsPassportRecognizer,
        UsSsnRecognizer,
    )
]


def scan(text):
    for recognizer in RECOGNIZERS:
        yield from recognizer.analyze(text, recognizer.supported_entities, None)


def find(text):
    return [text[found.start : found.end] for found in scan(text)]


serve(find, read, lambda text: sum(1 for _ in scan(text)))
