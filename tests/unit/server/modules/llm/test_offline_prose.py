import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from backend.core.errors import ModuleError
from backend.server.modules.api.offline_text import generate

TEXT = (
    "We are very pleased to announce that our new app is now available. It utilizes a large number of features in "
    "order to facilitate the planning of trips. Users can purchase a subscription. "
    "It was built by a small team in Ghent."
)


def rewritten(feedback: str, text: str = TEXT) -> str:
    answer: str = generate(f'Task: Rewrite the text.\nFeedback: {feedback}\nText: """{text}"""')
    return answer


def words(text: str) -> int:
    return len(text.split())


def test_improved_text_is_plainer_and_keeps_its_sentences() -> None:
    improved = generate(f'Improve this text.\nText: """{TEXT}"""')
    assert "very" not in improved
    assert "utilizes" not in improved
    assert "Ghent" in improved


def test_shorter_is_shorter_and_made_of_the_text() -> None:
    short = rewritten("make it shorter")
    assert words(short) < words(TEXT) * 0.75
    assert short.startswith("We are pleased to announce")


@pytest.mark.parametrize(
    ("feedback", "expected"),
    [
        ("friendlier", "Hello"),
        ("friendlier", "we're"),
        ("start with a question", "?"),
        ("as bullet points", "\n- "),
        ("mention the free trial", "free trial"),
        ("mention that it is free", "It is free."),
        ("replace Ghent with Gent", "in Gent."),
        ("more formal", "We are"),
    ],
)
def test_wish_shows_in_the_text(feedback: str, expected: str) -> None:
    assert expected in rewritten(feedback)


def test_call_to_action_comes_last() -> None:
    short = rewritten("shorter")
    called = rewritten("shorter, and add a call to action")
    assert called.startswith(short)
    assert len(called) > len(short)


def test_removed_subject_is_gone() -> None:
    assert "Ghent" not in rewritten("remove Ghent")


def test_word_limit_holds_whatever_else_is_asked() -> None:
    assert words(rewritten("friendlier, mention the free trial, under 20 words")) <= 20


def test_feedback_that_is_not_understood_still_changes_the_text() -> None:
    assert rewritten("meh") != generate(f'Improve this text.\nText: """{TEXT}"""')


def test_changes_are_listed_where_the_schema_has_room_for_them() -> None:
    schema = {
        "type": "object",
        "properties": {"text": {"type": "string"}, "changes": {"type": "array", "items": {"type": "string"}}},
    }
    answer = generate(f'Task: Improve\nFeedback: shorter\nText: """{TEXT}"""', schema=schema)
    assert words(answer["text"]) < words(TEXT)
    assert "Shortened it to what matters" in answer["changes"]


def test_summary_is_a_part_of_the_text() -> None:
    summary = generate(f'Summarise.\nText: """{TEXT}"""')
    assert words(summary) < words(TEXT) / 2
    assert all(sentence in TEXT for sentence in summary.rstrip(".").split(". "))


def test_review_counts_what_is_there() -> None:
    schema = {
        "type": "object",
        "properties": {
            "score": {"type": "number", "minimum": 0, "maximum": 10},
            "verdict": {"enum": ["publish", "revise", "reject"]},
            "suggestions": {"type": "array", "items": {"type": "string"}},
        },
    }
    poor = generate('Task: Review\nText: """It is very, very good, really."""', schema=schema)
    fine = generate(
        'Task: Review\nText: """Come to our bakery on 3 May at 7. You can taste five kinds of bread, and you can ask '
        "the baker anything. We open the oven doors at noon. Bring your neighbours, and bring a bag. The first ten "
        'guests take a warm loaf home. Save the date and tell us that you come."""',
        schema=schema,
    )
    assert poor["score"] < fine["score"]
    assert fine["verdict"] == "publish"
    assert any("filler" in line for line in poor["suggestions"])


def test_post_has_three_paragraphs_and_names_its_readers() -> None:
    post = generate("Task: Write the text of a post.\nTopic: urban gardening\nAudience: night owls")
    assert len(post.split("\n\n")) == 3
    assert "night owls" in post
    assert "urban gardening" in post


def test_titles_come_one_a_line() -> None:
    assert len(generate("Suggest 4 titles for an article about urban gardening").splitlines()) == 4


def test_translation_is_refused_in_words() -> None:
    with pytest.raises(ModuleError, match="cannot translate") as caught:
        generate(f'Translate into French.\nText: """{TEXT}"""')
    assert not caught.value.retryable


@given(st.text(max_size=200))
@example(":")
@example('"""')
@example("replace with to by")
@example("in 0 words")
def test_any_text_and_feedback_give_an_answer(text: str) -> None:
    for prompt in (f"Note: {text}", f'Feedback: {text}\nText: """{text}"""', f"Topic: {text}\nAvoid: {text}"):
        if "translat" not in prompt.lower():
            assert isinstance(generate(prompt), str)


def test_long_input_takes_no_long_time(request: pytest.FixtureRequest) -> None:
    request.node.add_marker(pytest.mark.timeout(20))
    long = "replace more less without " * 4000
    assert generate(f'Feedback: {long}\nText: """{"A sentence of a text. " * 2000}"""')
