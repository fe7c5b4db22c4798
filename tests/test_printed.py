"""The places of words: kept small, given back exactly to a hundredth of a point."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from extractors.printed import pack_words, unpack_words
from schemas.document import Block, Box, Word

edges = st.floats(-2000, 20000, allow_nan=False)
boxes = st.builds(Box, edges, edges, edges, edges)
words = st.builds(Word, st.just("x"), st.integers(1, 5000), boxes, st.integers(0, 9999), st.integers(0, 9999))
blocks = st.builds(
    Block, kind=st.just("paragraph"), text=st.just(""), page=st.just(1), words=st.lists(words).map(tuple)
)


@given(st.lists(blocks, max_size=6))
def test_words_come_back_in_their_passages(given_blocks: list[Block]) -> None:
    ids = [f"p{rank}" for rank in range(len(given_blocks))]
    found = unpack_words(pack_words(given_blocks), ids)
    for passage_id, block in zip(ids, given_blocks, strict=True):
        back = found.get(passage_id, ())
        assert [(w.page, w.start, w.end) for w in back] == [(w.page, w.start, w.end) for w in block.words]
        for ours, theirs in zip(back, block.words, strict=True):
            assert ours.box is not None
            assert theirs.box is not None
            assert abs(ours.box.x0 - theirs.box.x0) <= 0.00501
            assert abs(ours.box.bottom - theirs.box.bottom) <= 0.00501


def test_words_without_a_place_and_edges_of_no_page() -> None:
    far = Box(float("inf"), float("nan"), -1e300, 12.345)
    block = Block("paragraph", "a b", (Word("a", 1, None, 0, 1), Word("b", 1, far, 2, 3)), 1)
    ((word,),) = unpack_words(pack_words([block]), ["p"]).values()
    assert (word.start, word.end) == (2, 3)
    assert word.box is not None
    assert (word.box.top, word.box.bottom) == (0.0, 12.34)
    assert unpack_words("", ["p"]) == {}
