"""Types of files, told by the ends of their names: what a genome centre calls them. Whether letters are capitals is
all the same."""

SUFFIXES = {
    "vcf": (".vcf", ".gvcf"),
    "vcf.gz": (".vcf.gz", ".gvcf.gz", ".bcf.gz"),
    "bcf": (".bcf",),
    "sam": (".sam", ".sam.gz"),
    "bam": (".bam", ".bam.gz"),
    "cram": (".cram", ".cram.gz"),
    "fasta": (".fa", ".fasta"),
    "fastq": (".fq", ".fastq"),
    "fastq.gz": (".fq.gz", ".fastq.gz"),
    "ped/bed": (".ped", ".map", ".bed", ".bim", ".fam", ".ped.gz", ".bed.gz"),
    "compressed": (".bzip2", ".gz", ".tgz", ".zip", ".xz", ".bgz"),
    "text": (".csv", ".tsv", ".txt", ".text", ".md", ".dat", ".readme"),
    "log": (".log", ".out", ".o", ".err", ".e", ".oe"),
}
"""Type → the ends of names. Of several that fit, the longest counts: `.vcf.gz` is no `.gz`."""

DIRECTORY = "dir"
OTHER = "other"
KINDS = (*SUFFIXES, DIRECTORY, OTHER)

INSPECTED = {
    "BAM": ("bam",),
    "CRAM": ("cram",),
    "FASTQ": ("fastq",),
    "FASTQ (gzip)": ("fastq.gz",),
    "PEDBED": ("ped/bed",),
    "SAM": ("sam",),
    "VCF": ("vcf", "bcf"),
    "VCF (gzip)": ("vcf.gz",),
}
"""The columns of the inspector's file, in its order → the types that count there."""


def suffixes() -> tuple[dict[str, str], dict[str, str]]:
    """Suffix without its dot → type: those that stand alone, and those that stand before `.gz`."""
    found = [(suffix[1:], kind) for kind, own in SUFFIXES.items() for suffix in own]
    plain = {suffix: kind for suffix, kind in found if "." not in suffix and suffix != "gz"}
    packed = {suffix.removesuffix(".gz"): kind for suffix, kind in found if "." in suffix}
    return plain, packed


def kind_sql() -> str:
    """SQL for the type of a regular file in `path`: by its last suffix, or the last two where the last is `.gz`."""
    plain, packed = suffixes()
    last, before = "lower(split_part(path, '.', -1))", "lower(split_part(path, '.', -2))"
    return (
        f"CASE {last} WHEN 'gz' THEN {_choice(before, packed, 'compressed')}"
        f" ELSE {_choice(last, plain, OTHER)} END"
    )


def _choice(value: str, table: dict[str, str], otherwise: str) -> str:
    kinds = dict.fromkeys(table.values())
    cases = " ".join(
        f"WHEN {value} IN ({', '.join(repr(s) for s in table if table[s] == kind)}) THEN '{kind}'"
        for kind in kinds
    )
    return f"CASE {cases} ELSE '{otherwise}' END"


_MARKS = "|".join(("/te?mp/", r"/\.?te?mp\.[^/]*$", r"\.te?mp$"))
_HINTS = " OR ".join(f"contains(path, '{m}{p}')" for m in "mM" for p in "pP")
TEMPORARY_SQL = f"(({_HINTS}) AND regexp_matches(path, '(?i){_MARKS}'))"
"""SQL for whether a file in `path` is temporary, beside its type: by its name, or a directory above it."""
