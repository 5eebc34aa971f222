"""Sentences that the made-up force writes in its records: plain, short, and about nobody."""

from __future__ import annotations

from random import Random

DEMEANOUR = (
    "Calm, playing on the floor.",
    "Quiet and would not look up.",
    "Tearful, held on to a toy.",
    "Chatty and at ease.",
    "Tired, hungry, thin clothes.",
)
VIEWS = (
    "Said he wants it to stop.",
    "Wants to stay with her nan.",
    "Says school is the safe place.",
    "Does not want mum to be in trouble.",
    "Frightened of going home.",
)
BLAMING = (
    "This is a lifestyle choice.",
    "She is streetwise and puts herself at risk.",
    "He is missing through choice.",
    "Lifestlye choice, see previous logs.",
    "Street wise, will come back when hungry.",
    "KNOWN ABSCONDER, NO CONCERNS.",
    "YP makes poor choices around friends.",
    "Attention seeking, has rung before.",
    "Refusing to engage w police.",
    "Appears deliberatly missing.",
    "Child is an unreliable witness given her lifestyle.",
    "Girls like this do not want help.",
)
"""Wording that puts on a child what others do, as it is typed. The last two were in no list when they were written; the list now has their words, so
what it misses must be measured elsewhere (tests/prompts/sentences.csv)."""
DENIED = (
    "Calm. She did not put herself at risk.",
    "Tired. This is not a lifestyle choice and I said so.",
    "Frightened. He isn't streetwise, he is thirteen.",
    "Quiet. The earlier log wrongly said missing through choice.",
    "Chatty. Lifestyle Fitness bag, choice of two coats.",
)
PASSED_ON = (
    "Mother said he is streetwise and will be fine.",
    "Carer reports that she is attention seeking.",
    "Stepfather told us that it was a lifestyle choice.",
)
REASONS = (
    "Considered with the supervisor; risk lower than first thought.",
    "Checked against history and agreed.",
    "Parent spoken to and account consistent.",
)
CLOSING = (
    "Evidence reviewed against the threshold; child safe with grandmother; partner agencies told.",
    "No further lines of enquiry; child's wishes considered.",
)
EMPTY = ("NFA", "Filed", "As above")
NOTES = ("Call to address.", "Statement taken.", "House to house done.", "Footage viewed.", "Reply from school.", "Messages read.")


EMPTY_REVIEWS = ("Noted.", "Reviewed.", "Continue.", "As above.", "No change since last review.", "Happy with progress.")
FILLERS = {
    "thing": (
        "footage", "laptop", "phone", "diary", "school", "clinic", "bedroom", "letter", "medical", "charger", "jacket", "garage", "hostel", "drawing",
        "tablet", "bracelet", "photograph", "swab", "receipt", "ticket", "message", "blanket", "caravan", "minibus", "playground", "allotment", "chemist",
        "library", "nursery", "kitchen", "stairwell", "harbour", "arcade", "chapel", "market", "laundrette", "cinema", "pool", "shed", "timetable",
    ),
    "who": (
        "grandmother", "headteacher", "cousin", "neighbour", "midwife", "coach", "stepbrother", "landlady", "paramedic", "librarian", "dentist", "aunt",
        "lodger", "childminder", "friend", "babysitter", "tutor", "advocate", "chaplain", "caretaker", "driver", "godmother", "uncle", "housemate",
    ),
    "feels": (
        "frightened", "angry", "relieved", "ashamed", "hopeful", "confused", "lonely", "calmer", "worried", "tired", "proud", "sad", "settled", "restless",
        "guarded", "cheerful", "embarrassed", "homesick", "numb", "tearful",
    ),
    "day": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "done": (
        "viewed", "collected", "photographed", "requested", "examined", "returned", "traced", "described", "searched", "submitted", "logged", "compared",
        "listed", "translated", "copied", "sketched", "measured", "retained",
    ),
}  # fmt: skip
"""What fills the gaps of a frame."""
VOICE_FRAMES = (
    "{feels} when the {thing} was mentioned and asked for her {who}.",
    "said the {who} shouts near the {thing} and that she hides behind the {thing}.",
    "wants to go with his {who} on {day} and take the {thing}.",
    "drew the {thing}, then the {who}, and looked {feels} all the while.",
    "told us that nobody asks about the {thing} and that it makes her {feels}.",
    "does not want the {who} to know about the {thing} from {day}.",
    "would like the {who} to bring the {thing} and to stay until {day}.",
    "{feels} in front of the {who}, {feels} once alone by the {thing}.",
)
ACCOUNTS = (
    "the {thing} from the {thing} was {done} and shows the {who} on {day}.",
    "the {who} was spoken to about the {thing} and gave up the {thing}.",
    "still waiting for the {thing} that the {who} promised on {day}.",
    "the {thing} was {done}, the {thing} was not, because the {who} is away.",
    "the account of the {who} does not fit the {thing} {done} on {day}.",
    "two {who} witnesses named, one {feels}, neither near the {thing}.",
)
DIRECTIONS = (
    "interview the {who} about the {thing} before {day}.",
    "have the {thing} {done} and tell the {who} by {day}.",
    "visit the {thing} with the {who} on {day}.",
    "refer the {who} and see the child alone at the {thing} by {day}.",
    "chase the {thing}, and ring the {who} if nothing has come by {day}.",
    "obtain the {thing} from the {who} and the {thing} from the hub.",
)
CLOSING_FRAMES = (
    "the {thing} was {done} against the threshold and the {who} does not support action.",
    "the child is {feels} and living with the {who} near the {thing}.",
    "no line of enquiry is left: the {thing} and the {thing} were {done}.",
    "the {who} and the partner agencies were told on {day}, and the {thing} was {done}.",
    "the child said of the outcome that she felt {feels} and asked for the {thing}.",
)


def pick(random: Random, words: tuple[str, ...]) -> str:
    """One of the sentences."""
    return words[int(random.random() * len(words))]
