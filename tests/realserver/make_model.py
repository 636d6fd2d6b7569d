#!/usr/bin/env python3
"""Writes a model file of about 1.6 MB for llama.cpp. Nothing is downloaded, nothing was trained.

The weights are noise from a fixed seed, except for some reserved channels: channel 0 is always 1, and each of the next
ones says of which kind the current token is. The output rows read those channels, so that the model walks a small table
of "which kind follows which" (FOLLOWS below), and noise decides which word of a kind it is. What comes out is nonsense,
but it is valid UTF-8, has the shape of Markdown, and ends.
"""
import argparse

import gguf
import numpy as np

WORDS = """
answer autumn basket before bicycle blue board bottle bread bridge bright button candle carry cellar chair change clock
cloud coast colour copper corner cotton country cover cradle dance daughter dinner distance door dozen dream early earth
east edge eight engine evening every fable family far farmer feather field finger fire first fish flag floor flower
follow forest forget four fresh friend frost garden gate ghost glass gold gradual grain grass green guest hall hammer
hand harbour harvest heavy hill hold honey horse hour house hundred ice idea iron island jacket journey juice kettle
key kitchen ladder lake lamp language late laugh leaf learn lemon letter light lion listen little long machine map
market meadow measure milk mirror moment month moon morning mountain mouse music narrow needle neighbour nest night nine
noise north number oak ocean old once open orange orchard other owl page paint paper path patient pearl pencil pepper
picture pillow plain planet plate pocket pond poor quarter question quiet rabbit rain reach ready red remember rest rice
river road roof room rope round salt sand school sea second seed seven shadow shape sheep shelf ship shoe short silver
singer sister six sleep slow small smoke snow song sound south spoon spring square stair star stone storm story street
strong sugar summer sun table tailor teacher ten thread three thunder tide tiger tomorrow tower town train tree twelve
under valley village violin voice wagon walk wall warm watch water weather west wheel white wide wind window winter wire
wood wool word work write year yellow yesterday young
the of and to in is that for it with as was on be at by this from or an are not but have which they one all were their
when we there can more if no out so said what up its about than into them only some could these two may then do any my
now such like our over me even most made after also did many must through very where much should well good new
café naïve façade über señor Ελλάδα привет 日本語 中文 한국어 עברית मानक ½ → … “quoted” résumé Zürich
""".split()

CODE = [
    "x▁=▁1\n",
    "print(x)\n",
    "for▁i▁in▁range(3):\n▁▁▁▁print(i)\n",
    "def▁f(a,▁b):\n▁▁▁▁return▁a▁+▁b\n",
    "if▁x▁<▁2▁&&▁y▁>▁0:▁#▁<b>not▁html</b>\n▁▁▁▁pass\n",
    's▁=▁"a▁\\"quote\\""\n',
    "return▁None\n",
]
INLINE = ["▁`a▁<▁b▁&▁c`", "▁$x^2$", "▁<b>x</b>", "▁[link](https://example.invalid/a?b=1&c=2)"]
EMOJI = {0xF0: "emoji 1", 0x9F: "emoji 2", 0x99: "emoji 3", 0x82: "emoji 4"}  # U+1F642, one token a byte

IN_PROSE = {
    "word": 0.66, "quote": 0.04, "comma": 0.07, "period": 0.13, "emoji 1": 0.035, "bold": 0.04, "inline": 0.025,
}


def follows(end):
    """Which kind comes after which, and how often. `end` is the weight of ending the answer where a block ends."""
    block = {"opening": 0.46, "bullet": 0.14, "heading": 0.08, "fence": 0.08, "end": end}
    return {
        "other": IN_PROSE, "word": IN_PROSE, "start": {"opening": 1}, "capital": {"word": 1}, "opening": {"word": 1},
        "comma": {"word": 1}, "quote": {"word": 1}, "period": {"capital": 0.7, "blank line": 0.3},
        "blank line": block, "bullet": {"opening": 0.7, "bold": 0.3}, "heading": {"opening": 1},
        "fence": {"code": 1}, "code": {"code": 0.62, "fence end": 0.38}, "fence end": block,
        "bold": {"bold word": 1}, "bold word": {"bold end": 1}, "bold end": {"word": 0.8, "period": 0.2},
        "emoji 1": {"emoji 2": 1}, "emoji 2": {"emoji 3": 1}, "emoji 3": {"emoji 4": 1},
        "emoji 4": {"word": 0.75, "period": 0.25}, "inline": {"word": 0.7, "period": 0.3},
        # Reasoning is one word a line. Then the answer.
        "think": {"thought": 1}, "thought": {"thought": 0.9, "think end": 0.1}, "think end": {"opening": 1},
        # With tools: a call, or prose. llama.cpp's grammar leads through the call; after its last brace it may end.
        "after colon": {"call": 0.6, "opening": 0.4}, "call": {"start": 1}, "brace": {"brace": 0.5, "less": 0.5},
        "less": {}, "greater": {"end": 0.75, "call": 0.25}, "end": {"end": 1},
    }


# Every kind has a channel, but for tokens that are only ever read ("never").
KINDS = list(follows(0))
# How much noise decides inside a kind.
SPREAD = {"word": 1.4, "capital": 1.4, "opening": 1.4, "bold word": 1.4, "thought": 1.4, "code": 1.0}
IMPOSSIBLE = -30.0


def vocabulary():
    """Rows of (text, score, token type, kind)."""
    types, rows, seen = gguf.TokenType, [], set()

    def add(kind, *texts, type=types.NORMAL, score=None):
        for text in texts:
            if text not in seen:
                seen.add(text)
                # The tokenizer merges the best score first; shorter first lets words grow from left to right.
                rows.append((text, -float(len(text)) if score is None else score, type, kind))

    add("never", "<unk>", type=types.UNKNOWN, score=0.0)
    add("never", "<s>", "</s>", "<|im_start|>", type=types.CONTROL, score=0.0)
    add("end", "<|im_end|>", type=types.CONTROL, score=0.0)
    for byte in range(256):
        kind = "start" if byte == ord("\n") else EMOJI.get(byte, "never")
        add(kind, f"<0x{byte:02X}>", type=types.BYTE, score=0.0)
    for kind, text in [("think", "<think>"), ("think end", "</think>"), ("call", "<tool_call>")]:
        add(kind, text, type=types.USER_DEFINED, score=0.0)
    for kind, text in [("after colon", ":"), ("quote", '"'), ("greater", ">"), ("brace", "}"), ("less", "<")]:
        add(kind, text)

    words = list(dict.fromkeys(WORDS))
    capitals = [word[:1].upper() + word[1:] for word in words]
    add("word", *("▁" + word for word in words))
    add("capital", *("▁" + word for word in capitals))
    add("opening", *capitals)
    add("bold word", *words[:60])
    add("thought", *("\n" + word for word in words[:80]))
    add("comma", ",", "▁—")
    add("period", ".", "!", "?")
    add("blank line", "\n\n")
    add("bullet", "-▁", "1.▁", ">▁")
    add("heading", "##▁")
    add("fence", "```python\n")
    add("fence end", "```\n\n")
    add("code", *CODE)
    add("bold", "▁**")
    add("bold end", "**")
    add("inline", *INLINE)
    # Single characters, so that any prompt can be read, and beginnings of words as steps on the way to them.
    add("never", *("▁" if code == 0x20 else chr(code) for code in range(0x20, 0x7F)))
    add("never", *("▁" + word[:length] for word in words for length in range(1, len(word))))
    return rows


def template(think):
    """How llama.cpp writes a conversation down for this model."""
    calls = (
        "{%- for call in message['tool_calls'] %}{%- set f = call['function'] %}"
        "{{- '<tool_call>\n{\"name\": \"' + f['name'] + '\", \"arguments\": ' }}"
        "{%- if f['arguments'] is string %}{{- f['arguments'] }}{%- else %}{{- f['arguments'] | tojson }}{%- endif %}"
        "{{- '}\n</tool_call>' }}{%- endfor %}"
    )
    text = (
        "{%- if message['content'] is string %}{{- message['content'] }}{%- elif message['content'] %}"
        "{%- for part in message['content'] %}"
        "{%- if part['type'] == 'text' %}{{- part['text'] }}{%- endif %}{%- endfor %}{%- endif %}"
    )
    kept = "{%- if message['reasoning_content'] %}{{- '<think>' + message['reasoning_content'] + '</think>' }}{%- endif %}"
    begin = (
        "{%- if enable_thinking is defined and enable_thinking is false %}{{- '<think></think>' }}"
        "{%- else %}{{- '<think>' }}{%- endif %}"
    )
    return (
        "{%- if tools %}{{- '<|im_start|>system\nTools:\n<tools>' }}"
        "{%- for tool in tools %}{{- '\n' }}{{- tool | tojson }}{%- endfor %}"
        "{{- '\n</tools>\nCall one as <tool_call>\n{\"name\": NAME, \"arguments\": OBJECT}\n</tool_call><|im_end|>\n' }}"
        "{%- endif %}"
        "{%- for message in messages %}{{- '<|im_start|>' + message['role'] + '\n' }}"
        + (kept if think else "")
        + text
        + "{%- if message['tool_calls'] %}" + calls + "{%- endif %}"
        "{{- '<|im_end|>\n' }}{%- endfor %}"
        "{%- if add_generation_prompt %}{{- '<|im_start|>assistant\n' }}"
        + (begin if think else "{%- if tools %}{{- 'with tools:' }}{%- endif %}")
        + "{%- endif %}"
    )


def weights(kinds, end, width, layers, rng):
    """Pairs of (tensor name, array) for tokens of the given kinds."""
    reserved = 1 + len(KINDS)
    noisy = width - reserved
    assert noisy >= 16, "too narrow: the reserved channels leave no room for noise"

    def noise(rows, columns, size):
        return (rng.normal(size=(rows, columns)) * size / np.sqrt(columns)).astype(np.float32)

    embedding = np.zeros((len(kinds), width), np.float32)
    embedding[:, 0] = 1.0
    for token, kind in enumerate(kinds):
        embedding[token, 1 + KINDS.index("other" if kind == "never" else kind)] = 1.0
    directions = rng.normal(size=(len(kinds), noisy))
    embedding[:, reserved:] = directions / np.linalg.norm(directions, axis=1, keepdims=True)
    yield "token_embd.weight", embedding

    for layer in range(layers):
        into, down = noise(width, width, 0.07), noise(width, 2 * width, 0.12)
        # Nothing may write the reserved channels.
        into[:reserved] = down[:reserved] = 0.0
        for name, array in {
            "attn_norm": np.ones(width, np.float32), "ffn_norm": np.ones(width, np.float32),
            "attn_q": noise(width, width, 1), "attn_k": noise(width, width, 1), "attn_v": noise(width, width, 1),
            "attn_output": into,
            "ffn_gate": noise(2 * width, width, 1), "ffn_up": noise(2 * width, width, 1), "ffn_down": down,
        }.items():
            yield f"blk.{layer}.{name}.weight", array

    # What the last normalisation multiplies by: two reserved channels of 1, and noise of energy about 1.25.
    gain = np.sqrt(width / (2.0 + 1.25))
    table, size = follows(end), {kind: kinds.count(kind) for kind in KINDS}
    output = np.zeros((len(kinds), width), np.float32)
    for token, kind in enumerate(kinds):
        spread = SPREAD.get(kind, 0.0)
        for channel, before in enumerate(KINDS):
            chance = table[before].get(kind, 0.0)
            logit = np.log(chance / size[kind]) - spread**2 / 2 if chance > 0 else IMPOSSIBLE
            output[token, 1 + channel] = logit / gain
        direction = rng.normal(size=noisy)
        output[token, reserved:] = direction / np.linalg.norm(direction) * spread * np.sqrt(noisy) / (gain * 1.1)
    yield "output_norm.weight", np.ones(width, np.float32)
    yield "output.weight", output


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--out", required=True)
    options.add_argument("--seed", type=int, default=20240611)
    options.add_argument("--end", type=float, default=0.16, help="weight of ending after a block; 0 never ends")
    options.add_argument("--think", action="store_true", help="answers begin with reasoning")
    asked = options.parse_args()
    width, layers, heads, rows = 64, 2, 4, vocabulary()
    ids = {text: number for number, (text, *_) in enumerate(rows)}

    file = gguf.GGUFWriter(asked.out, "llama")
    file.add_name("tiny-thinking" if asked.think else "tiny")
    file.add_description("random weights from a seed, for protocol tests; no training data")
    file.add_context_length(131072)
    file.add_embedding_length(width)
    file.add_block_count(layers)
    file.add_feed_forward_length(2 * width)
    file.add_head_count(heads)
    file.add_head_count_kv(heads)
    file.add_layer_norm_rms_eps(1e-5)
    file.add_rope_dimension_count(width // heads)
    file.add_vocab_size(len(rows))
    file.add_file_type(gguf.LlamaFileType.ALL_F32)
    file.add_tokenizer_model("llama")
    file.add_token_list([text for text, *_ in rows])
    file.add_token_scores([score for _, score, *_ in rows])
    file.add_token_types([int(type) for _, _, type, _ in rows])
    file.add_bos_token_id(ids["<s>"])
    file.add_eos_token_id(ids["<|im_end|>"])
    file.add_unk_token_id(ids["<unk>"])
    file.add_add_bos_token(True)
    file.add_add_eos_token(False)
    file.add_add_space_prefix(False)
    file.add_chat_template(template(asked.think))
    for name, array in weights([kind for *_, kind in rows], asked.end, width, layers, np.random.default_rng(asked.seed)):
        file.add_tensor(name, array)
    file.write_header_to_file()
    file.write_kv_data_to_file()
    file.write_tensors_to_file()
    file.close()


if __name__ == "__main__":
    main()
