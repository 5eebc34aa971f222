"""What stands around a phrase: each rule takes away the question where it should, and leaves it in the nearest sentence that still blames."""

from __future__ import annotations

from pathlib import Path

import pytest

from candour.prompts.wording import find_wording
from candour.prompts.wording_list import load_wording
from candour.records.vocabulary import find_catalogue
from candour.standards.refusals import StandardRefused

FILE = find_catalogue() / "wording" / "victim_blaming.toml"
WORDING = load_wording(FILE)

PAIRS = [
    # A denial before the phrase, its reach, and what it does not reach.
    ("At no point did she put herself at risk.", "At 02:00 she put herself at risk."),
    ("She isn't, and never was, a willing participant.", "She isn't home, and was a willing participant."),
    ("She was not, as was first thought, missing through choice.", "She was not at school, as was first thought, missing through choice."),
    ("I cannot accept, having read it all, that he went missing of his own accord.", "I cannot help, having been told that he went missing of his own accord."),
    ("She is not streetwise, promiscuous or attention seeking.", "She is not at home, promiscuous and attention seeking."),
    ("She did not put herself at risk, or make poor choices.", "She did not come home, makes poor choices."),
    ("This was not because she makes poor choices.", "This was not recorded because she makes poor choices."),
    ("It is not due to her own risky behaviour.", "Not graded high due to her own risky behaviour."),
    ("Not a crime that he should have been treated as streetwise.", "Not recorded as a crime as he is streetwise."),
    ("It is wrong to describe her as streetwise.", "She was wrong to go there and is streetwise."),
    ("There is no sign that she makes poor choices.", "There is no doubt that she makes poor choices."),
    ("I do not accept that she is putting herself at risk.", "She does not accept that she is putting herself at risk."),
    ("It cannot be said that she makes poor choices.", "It cannot be denied that she makes poor choices."),
    ("She never put herself at risk.", "She never stops putting herself at risk."),
    ("Nothing shows that she is attention seeking.", "It is nothing more than attention seeking."),
    ("He is no drug runner.", "He said no, drug runner."),
    ("DI rejected the idea that she was partly to blame.", "She rejected the offer of help and was partly to blame."),
    ("She is too young to be a willing participant.", "She is young and was a willing participant."),
    # A denial after it.
    ("The suggestion that she is attention seeking is not borne out.", "Her attention seeking is not new."),
    ("Promiscuous she is not.", "Promiscuous and she is not at home."),
    ("Being streetwise does not mean that he is safe.", "He is streetwise and does not mean it."),
    ("Did she put herself at risk? In my view no.", "Did she put herself at risk? In my view yes."),
    ("Lifestyle choice? No, he is held to a debt.", "Lifestyle choice. No concerns at this time by the home."),
    ("It was said that it was a lifestyle choice. It was not.", "It was a lifestyle choice. The home was not called until later."),
    # Corrected: what is taken out, and what is put in.
    ("Replaced \"lifestyle choice\" with \"exploited\".", "Replaced \"exploited\" with \"lifestyle choice\"."),
    ("Amended from 'streetwise' to 'frightened'.", "Amended from 'frightened' to 'streetwise'."),
    ("For \"missing through choice\" read \"missing\".", "Log changed to read \"missing through choice\"."),
    ("I took out the part about her being promiscuous: removed the line about promiscuous girls.", "She took out a loan and is promiscuous."),
    # Criticised.
    ("'Manipulative' is not acceptable wording about a child.", "Manipulative, and it is not acceptable to staff."),
    ("Log should not have described her as promiscuous.", "She should not have been out, promiscuous girl."),
    ("Language such as 'she put herself at risk' blames the child.", "Language used to officers was foul, she put herself at risk."),
    ("DS challenged the use of 'lifestyle choice'.", "He did not challenge the use of 'lifestyle choice'."),
    ("DS challenged the phrase \"she put herself at risk\".", "He did not challenge the phrase \"she put herself at risk\" and it stands."),
    ("Avoid the term absconder.", "Avoids school all term, absconder."),
    ("Officer apologised for saying that she was asking for trouble.", "The officer wrote that she put herself at risk."),
    ("I disagree with the description of her as promiscuous.", "I agree with the description of her as promiscuous."),
    ("This was mislabelled a consensual act.", "This was as she told it a consensual act."),
    ("To call her streetwise is unfair.", "Told to call her, she is streetwise and that is unfair on the home."),
    ("Dip sample of ten logs: streetwise in three.", "Review of log: streetwise."),
    # In quotation marks less is needed; without them the same words say something else.
    ("'Absconder' is to go from our notification form.", "Absconder, is to go to court."),
    ("Feedback given on 'attention seeking'.", "Feedback from school, attention seeking."),
    ("\"Streetwise\" isn't a risk assessment.", "The lads' plan is a risk assessment; streetwise."),
    ("What does 'streetwise' tell us?", "\"Streetwise.\" Log closed."),
    # Titles and names.
    ("Attending the seminar Streetwise or Scared.", "Attended the address. Streetwise lad."),
    ("Plate 114, Streetwise Cars, stopped.", "Plate 114, streetwise boy, stopped."),
    ("CPD module 6, \"Attention Seeking Is Attention Needing\".", "Attention Seeking. Low risk."),
    ("Quiz team called The Poor Choices came first.", "Known Absconder, low risk."),
    ("The episode called Attention Seeking.", "She is Attention Seeking in every missing episode."),
    ("A dog called the Streetwise Absconder.", "Police called as she is Streetwise again."),
    ("A play called Safe and Streetwise.", "Home called police, she is Attention Seeking."),
    ("The Streetwise course was booked.", "She is Streetwise: course booked."),
    ("Attended the Streetwise training.", "She is Streetwise; training given to staff."),
    ("A dog, named Attention Seeking.", "She would not be named, Attention Seeking as ever."),
    ("Attended the Poor Choices awareness course.", "Making Poor Choices and did not attend her course."),
    ("Module 6: Attention Seeking.", "Module 6 of ten was missed and she is Attention Seeking."),
    ("Given the Streetwise Girls leaflet.", "Given by Streetwise girl the leaflet."),
    # Another sense, and the law.
    ("The clutch disengaged.", "The child disengaged."),
    ("Garage hard to reach without a ladder.", "Child hard to reach."),
    ("She is hard to reach by phone.", "The child is hard to reach. By phone she says nothing."),
    ("It was her own fault to be so late.", "It was her own fault. To be reviewed next week."),
    ("She does this all the time tomorrow is no different.", "She does this all the time. Tomorrow we visit."),
    ("He is an absconder from hospital.", "He is an absconder. From hospital he went."),
    ("She has a relationship with an older worker.", "She is in a relationship with an older man. Worker informed."),
    ("The house is hard to reach (by road).", "The child is hard to reach, over the years."),
    ("A bolt disengaged.", "Report of a lock: disengaged child."),
    ("Convicted of controlling a child prostitute.", "Said to be a child prostitute."),
    # Of whom.
    ("The officers put themselves at risk.", "She was spoken to by officers and puts herself at risk."),
    ("PC put herself at risk.", "Spoken to by PC about putting herself at risk."),
    ("The father is said to be promiscuous.", "The father is said to be afraid that she is promiscuous."),
    ("Suspect's manipulative behaviour.", "Officer's log, manipulative behaviour."),
]  # fmt: skip


@pytest.mark.parametrize(("left_out", "asked"), PAIRS)
def test_a_rule_takes_the_question_away_and_leaves_it_in_the_nearest_sentence_that_blames(left_out: str, asked: str) -> None:
    assert not find_wording(left_out, WORDING)
    assert find_wording(asked, WORDING)


@pytest.mark.parametrize(
    "text",
    [
        "He is streetwise: lazy label",
        "He is streetwise: lazy label; labels cost nothing.",
        "Lazy label, labels cost nothing: he is streetwise.",
    ],
)
def test_a_cue_that_ends_with_its_clause_counts_whatever_the_next_begins_with(text: str) -> None:
    assert not find_wording(text, WORDING)


def test_who_passes_the_words_on_is_still_asked_about_when_nobody_criticises_them() -> None:
    assert [hit.quoted for hit in find_wording("Mother said he is 'streetwise' and she has stopped looking.", WORDING)] == [True]
    assert not find_wording("Mother said he is 'streetwise', which is unprofessional wording for us to repeat.", WORDING)


def test_the_words_of_a_speaker_are_passed_on_and_not_taken_for_talk_about_words() -> None:
    assert [hit.quoted for hit in find_wording("In the words of the mother he is streetwise.", WORDING)] == [True]


def test_a_force_may_add_a_cue_in_the_list(tmp_path: Path) -> None:
    sentence = "Binned in the shredder: streetwise."
    assert find_wording(sentence, WORDING)
    assert not find_wording(
        sentence, load_wording(_edited(tmp_path, "criticism = [\n", 'criticism = [\n  "binned in/into the shredder",\n'))
    )


def test_words_joined_by_a_low_line_are_one_choice(tmp_path: Path) -> None:
    own = load_wording(_edited(tmp_path, '"lifestyle choice",', '"lifestyle choice", "a right_little/proper madam",'))
    assert [len(find_wording(f"She is a {words} madam.", own)) for words in ("right little", "proper", "right", "little")] == [1, 1, 0, 0]


@pytest.mark.parametrize(
    ("new", "said"),
    [
        ('"~"', "has no word in it"),
        ('"... ~"', "begins with something that may be left out"),
        ('"<someone> ~"', "is not one of [groups]"),
    ],
)
def test_a_cue_that_cannot_be_meant_is_refused(tmp_path: Path, new: str, said: str) -> None:
    with pytest.raises(StandardRefused) as refused:
        load_wording(_edited(tmp_path, "criticism = [\n", f"criticism = [\n  {new},\n"))
    assert said in str(refused.value) and "context.criticism" in str(refused.value)


def _edited(folder: Path, old: str, new: str) -> Path:
    text = FILE.read_text(encoding="utf-8")
    assert old in text
    file = folder / "list.toml"
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    return file
