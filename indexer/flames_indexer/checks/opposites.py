"""Words that undo each other, or do it the other way round: whose functions look alike and are not.

`read_block` and `write_block` have one form, and neither can stand in for the other.
"""

_UNDOING = ("un", "de", "dis")  # before a word
NEGATING = frozenset(("no", "non", "not", "without"))

_PAIRS = """
accept/decline accept/reject acquire/release activate/terminate add/delete add/remove add/subtract
after/before allow/deny approve/reject ascending/descending attach/detach backward/forward
backwards/forwards begin/end big/little bottom/top ceil/floor child/parent children/parent
client/server close/open collapse/expand column/row cos/sin create/delete create/destroy dec/inc
decode/encode decrease/increase decrement/increment decrypt/encrypt dequeue/enqueue
deserialize/serialize down/up download/upload dst/src dump/load enter/exit enter/leave even/odd
export/import fetch/store first/last from/to get/put get/set grant/revoke head/tail height/width
hide/show high/low horizontal/vertical in/out inbound/outbound incoming/outgoing input/output
insert/delete insert/remove join/leave left/right load/save load/store lower/upper max/min
maximize/minimize maximum/minimum modification/removal negative/positive new/old next/prev
next/previous off/on pause/resume pop/push post/pre read/write receive/send receiver/sender
recipient/sender recv/send request/response sink/source source/target start/end start/stop x/y
"""
_OPPOSITES = frozenset(frozenset(pair.split("/")) for pair in _PAIRS.split())


def are_opposite(one: str, other: str) -> bool:
    """Of two words in lower case."""
    undone = any(one == before + other or other == before + one for before in _UNDOING)
    return undone or frozenset((one, other)) in _OPPOSITES
