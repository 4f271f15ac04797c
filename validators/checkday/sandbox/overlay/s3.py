"""S3: since April 2023 a new bucket blocks all public access until its owner says otherwise."""

from __future__ import annotations

from collections.abc import Mapping

from checkday.sandbox.overlay.wire import Answer, Emulator, Handler, Request

_ALL_BLOCKED = b"""\
<PublicAccessBlockConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/">
<BlockPublicAcls>true</BlockPublicAcls><IgnorePublicAcls>true</IgnorePublicAcls>
<BlockPublicPolicy>true</BlockPublicPolicy><RestrictPublicBuckets>true</RestrictPublicBuckets>
</PublicAccessBlockConfiguration>"""


async def bucket_exists(name: str, emulator: Emulator) -> bool:
    return (await emulator.ask_as_service(Request("s3", "HEAD", f"/{name}"))).good


async def _create_bucket(request: Request, emulator: Emulator) -> Answer:
    # In us-east-1 creating one's own bucket again succeeds, and changes none of its settings.
    existed = await bucket_exists(request.path.strip("/"), emulator)
    answer = await emulator.ask(request)
    if answer.good and not existed:
        block = Request("s3", "PUT", request.path, body=_ALL_BLOCKED, query={"publicAccessBlock": [""]})
        await emulator.ask_as_service(block)
    return answer


HANDLERS: Mapping[str, Handler] = {"CreateBucket": _create_bucket}
