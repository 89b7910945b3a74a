"""Words that pages show and that stand elsewhere in the program, listed here for translators."""

from xfc_notify.pages import mark

TERMS = (
    mark("failed"), mark("began"), mark("worse"), mark("milestone"), mark("repeat"), mark("ended"), mark("digest"),
    mark("exempt"), mark("weekly"), mark("monthly"), mark("queued"), mark("sending"), mark("retry"), mark("sent"),
    mark("dead"), mark("held"), mark("dropped"), mark("live"), mark("shadow"),
    mark("ok"), mark("notice"), mark("warning"), mark("over"), mark("d MMM y"), mark("d MMMM y"),
    mark("This link is older than 30 days and no longer valid."),
    mark("This link is not valid: it was not made by this service, or not all of it came."),
    mark("This link is over."),
)  # fmt: skip
