"""What may be said to the openai backend, and how mistakes are answered."""

from __future__ import annotations

import pytest

from harness.backends.openai.key import key_from
from harness.backends.openai.options import SETTINGS, read_options
from harness.errors import UsageError

NEEDED = {"model": "tiny", "base_url": "http://localhost:8000/v1"}


@pytest.mark.parametrize(
    "given",
    [
        "http://host:8000/v1",
        "http://host:8000/v1/",
        "http://host:8000",
        "http://host:8000/",
        " http://host:8000/v1/chat/completions",
    ],
)
def test_addresses_are_taken_as_people_write_them(given: str) -> None:
    """With or without a slash, /v1 or the path of the completions: it is the same server."""
    assert read_options({**NEEDED, "base_url": given}, {}).base_urls == ("http://host:8000/v1",)


def test_the_address_may_come_from_the_environment_and_arguments_win() -> None:
    """OPENAI_BASE_URL is for those who always ask the same server."""
    environment = {"OPENAI_BASE_URL": "https://usual/api/v1"}
    assert read_options({"model": "tiny"}, environment).base_urls == ("https://usual/api/v1",)
    assert read_options(NEEDED, environment).base_urls == (NEEDED["base_url"],)


@pytest.mark.parametrize(
    ("args", "message", "hint"),
    [
        ({"modle": "x"}, "'modle'", "did you mean model"),
        ({"max_trys": "3"}, "'max_trys'", "did you mean max_tries"),
        ({"zzz": "3"}, "'zzz'", "its settings: model, base_url"),
        ({"api_key": "sk-1"}, "recorded", "OPENAI_API_KEY"),
        ({"temperature": "1"}, "'temperature'", "--temperature"),
        ({"top_k": "1"}, "'top_k'", 'extra_body={"top_k": ...}'),
        ({"timeout": "1"}, "'timeout'", "wall_s"),
        ({"model": ""}, "name of a model", "model=NAME"),
        ({"base_url": ""}, "address", "OPENAI_BASE_URL"),
        ({"base_url": "host:8000/v1"}, "base_url", "http://host:8000/v1"),
        ({"base_url": "http://host:port/v1"}, "base_url", "http://host:8000/v1"),
        ({"base_url": "http://me:sk-1@host/v1"}, "recorded", "OPENAI_API_KEY"),
        ({"base_url": "http://host/v1?key=sk-1"}, "recorded", "OPENAI_API_KEY"),
        ({"stream": "maybe"}, "stream=maybe", "false waits"),
        ({"max_tries": "0"}, "max_tries=0", "Tries"),
        ({"idle_s": "-1"}, "idle_s=-1", "Seconds"),
        ({"wall_s": "inf"}, "wall_s=inf", "Seconds"),
        ({"think_tags": "drop"}, "think_tags=drop", "split"),
        ({"max_tokens_field": "tokens"}, "max_tokens_field=tokens", "max_completion_tokens"),
        ({"extra_body": "[1]"}, "extra_body=[1]", "JSON object"),
        ({"extra_body": '{"temperature": 0}'}, "temperature", "--temperature"),
        ({"extra_body": '{"n": 4}'}, "set n", "--num-samples"),
        ({"extra_body": '{"topk": 4}'}, "field 'topk'", "did you mean top_k?"),
        ({"extra_body": '{"temperature ": 4}'}, "in silence", "did you mean --temperature?"),
        ({"base_url": "http://a..b:80/v1"}, "base_url", "http://host:8000/v1"),
        ({"base_url": f"http://{'a' * 64}.org/v1"}, "base_url", "http://host:8000/v1"),
        ({"model": "t\udcff"}, "model is not UTF-8", "UTF-8"),
        ({"extra_body": '{"temprature": 0.2}'}, "temprature", "did you mean --temperature?"),
        ({"extra_body": '{"topk": 20}'}, "topk", "did you mean top_k?"),
        ({"extra_body": '{"TOP_K": 20}'}, "TOP_K", "did you mean top_k?"),
        ({"extra_body": '{"n": null}'}, "set n", "--num-samples"),
        ({"extra_body": '{"seed": null}'}, "set seed", "send_seed"),
        ({"extra_body": '{"model": "other"}'}, "set model", "model"),
        ({"extra_body": '{"api_key": "sk-1"}'}, "recorded", "OPENAI_API_KEY"),
    ],
)
def test_mistakes_are_refused_with_the_next_step(
    args: dict[str, str], message: str, hint: str
) -> None:
    """A misspelt setting is never ignored, and no secret is repeated."""
    with pytest.raises(UsageError) as caught:
        read_options({**NEEDED, **args}, {})
    assert message in caught.value.message
    assert hint in caught.value.hint
    assert "sk-1" not in str(caught.value)


def test_a_key_that_cannot_be_sent_is_refused_unseen() -> None:
    """A pasted line break or blank is told without repeating the key."""
    sent = key_from({"OPENAI_API_KEY": " sk-1\n"}).headers()
    assert sent == {"Authorization": "Bearer sk-1"}
    assert key_from({}).headers() == {}
    with pytest.raises(UsageError) as caught:
        key_from({"OPENAI_API_KEY": "sk-1 sk-2"})
    assert "sk-1" not in str(caught.value)


def test_each_server_can_have_a_key_of_its_own() -> None:
    """The setting names a variable; nothing else of the environment is sent, or nothing at all."""
    environment = {"OPENAI_API_KEY": "sk-1", "JUDGE_KEY": "jk-2", "EMPTY": " "}

    def sent(**args: str) -> dict[str, str]:
        return key_from(environment, read_options({**NEEDED, **args}, {}).api_key_env).headers()

    assert sent() == sent(api_key_env="OPENAI_API_KEY") == {"Authorization": "Bearer sk-1"}
    assert sent(api_key_env="JUDGE_KEY") == {"Authorization": "Bearer jk-2"}
    assert sent(api_key_env="none") == {}
    for unset in ("JUGDE_KEY", "EMPTY"):
        with pytest.raises(UsageError) as caught:
            sent(api_key_env=unset)
        assert unset in caught.value.message


@pytest.mark.parametrize("pasted", ["sk-1", "sk-1 x", "", "A=B", "Bearer sk-1", "sk_" + "1" * 80])
def test_a_key_in_place_of_its_name_is_refused_unseen(pasted: str) -> None:
    """Whoever gives the key itself hears of it, and the key is not repeated."""
    with pytest.raises(UsageError) as caught:
        read_options({**NEEDED, "api_key_env": pasted}, {})
    assert not pasted or pasted not in str(caught.value)
    assert "recorded" in str(caught.value)


def test_the_table_says_what_the_defaults_are() -> None:
    """Every default in the table, typed in, gives the settings of someone who types nothing."""
    plain = read_options(NEEDED, {})
    typed = {
        name: option.default
        for name, option in SETTINGS.items()
        if name not in ("model", "base_url", "id", "title", "idle_s")
    }
    assert read_options({**NEEDED, **typed}, {}) == plain
    assert plain.idle_s == 1800
    assert read_options({**NEEDED, "stream": "false"}, {}).idle_s == 21600
    assert read_options({**NEEDED, "idle_s": "0"}, {}).idle_s is None
    for option in SETTINGS.values():
        assert option.meaning.endswith(".")


def test_fields_of_a_server_are_sent_as_they_are() -> None:
    """A name that is like no other, or that some server has, is taken."""
    text = '{"top_k": 20, "min_tokens": 1, "repeat_penalty": 1.1, "stop_token_ids": [7], "xtc": 0}'
    assert set(read_options({**NEEDED, "extra_body": text}, {}).extra_body) == {
        "top_k",
        "min_tokens",
        "repeat_penalty",
        "stop_token_ids",
        "xtc",
    }
