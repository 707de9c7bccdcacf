"""A browser without a window: Streamlit's own protocol over a WebSocket, as its frontend speaks it."""

import asyncio
import contextlib
import random
import secrets
import statistics
import time
import urllib.request
import uuid
from collections import defaultdict

import numpy as np
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import connect

PATIENCE = 60.0  # seconds until a response counts as an error


class Log:
    """What all sessions measured: seconds per kind of action, and what went wrong."""

    def __init__(self) -> None:
        self.seconds: dict[str, list[float]] = defaultdict(list)
        self.errors: list[str] = []
        self.clicks = 0
        self.bytes = 0

    def summary(self) -> dict:
        """Per kind: count; median, 95th percentile and maximum in seconds."""
        return {
            kind: {
                "count": len(values),
                "p50": round(statistics.median(values), 3),
                "p95": round(float(np.percentile(values, 95)), 3),
                "max": round(max(values), 3),
            }
            for kind, values in sorted(self.seconds.items())
        }


class Browser:
    """One session, as the frontend keeps it: widgets, timers of fragments, one request at a time."""

    def __init__(self, address: str, log: Log, seed: int) -> None:
        self.address = address
        self.log = log
        self.random = random.Random(seed)
        self.secret = secrets.token_urlsafe(32)
        self.xsrf = ""
        self.session_id = ""
        self.page_hash = ""
        self.pages: dict[str, str] = {}
        self.widgets: dict[str, object] = {}  # id: WidgetState message
        self.ids: dict[str, str] = {}  # key: widget id
        self.kinds: dict[str, str] = {}  # key: "button", "file_uploader", ...
        self.timers: dict[str, asyncio.Task] = {}
        self.query = ""
        self.turn = asyncio.Lock()
        self.finished = asyncio.Event()
        self.answers: dict[str, asyncio.Future] = {}
        self.is_asleep = False  # its timers ask for nothing meanwhile

    async def open(self, query: str = "") -> None:
        """Load the first page."""
        with urllib.request.urlopen(f"{self.address}/_stcore/health", timeout=30) as answer:
            cookie = answer.headers.get("Set-Cookie", "")
        self.xsrf = cookie.split("_streamlit_xsrf=")[-1].split(";")[0].strip('"') if cookie else ""
        self.cookies = f"fmnist_person={self.secret}; _streamlit_xsrf={self.xsrf}"
        self.socket = await connect(
            self.address.replace("http", "ws", 1) + "/_stcore/stream",
            subprotocols=["streamlit", self.xsrf or "PLACEHOLDER_AUTH_TOKEN"],
            additional_headers={"Cookie": self.cookies},
            origin=self.address,
            max_size=None,
            open_timeout=PATIENCE,
        )
        self.reader = asyncio.create_task(self._read())
        self.query = query
        await self.rerun("open")

    async def rerun(
        self,
        kind: str,
        fragment: str = "",
        page: str | None = None,
        auto: bool = False,
        change: dict[str, dict] | None = None,
    ) -> None:
        """Send the session's state, wait for the end of the script, and note how long it took.

        change: per widget id, the fields of its new `WidgetState`.
        """
        async with self.turn:
            message = BackMsg()
            state = message.rerun_script
            state.query_string = self.query
            state.page_script_hash = self.page_hash
            state.fragment_id = fragment
            state.is_auto_rerun = auto
            if page is not None:
                state.page_script_hash = self.page_hash = self.pages[page]
                self._forget_page()
            state.context_info.timezone = "Asia/Seoul"
            state.context_info.url = self.address
            for widget in self.widgets.values():
                state.widget_states.widgets.add().CopyFrom(widget)
            for widget_id, values in (change or {}).items():
                widget = state.widget_states.widgets.add(id=widget_id, **values)
                if "trigger_value" not in values:
                    self.widgets[widget_id] = widget
            self.finished.clear()
            began = time.perf_counter()
            await self.socket.send(message.SerializeToString())
            try:
                await asyncio.wait_for(self.finished.wait(), PATIENCE)
            except TimeoutError:
                self.log.errors.append(f"{kind}: no answer in {PATIENCE:.0f} s")
            self.log.seconds[kind].append(time.perf_counter() - began)

    def _forget_page(self) -> None:
        for timer in self.timers.values():
            timer.cancel()
        self.timers.clear()
        self.ids.clear()
        self.kinds.clear()
        self.widgets.clear()

    async def click(self, kind: str, key: str) -> bool:
        """Press the button with this key, if it is there."""
        if key not in self.ids:
            return False
        await self.rerun(kind, change={self.ids[key]: {"trigger_value": True}})
        return True

    async def upload(self, name: str, content: bytes, kind: str = "photo") -> bool:
        """Put a file into the page's uploader, through the upload endpoint."""
        widget_id = next((self.ids[key] for key, kind in self.kinds.items() if kind == "file_uploader"), None)
        if widget_id is None:
            return False
        message = BackMsg()
        message.file_urls_request.request_id = str(uuid.uuid4())
        message.file_urls_request.file_names.append(name)
        message.file_urls_request.session_id = self.session_id
        answer = self.answers[message.file_urls_request.request_id] = (
            asyncio.get_running_loop().create_future()
        )
        await self.socket.send(message.SerializeToString())
        urls = (await asyncio.wait_for(answer, PATIENCE)).file_urls[0]
        boundary = uuid.uuid4().hex
        body = (
            (
                f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
                "Content-Type: image/png\r\n\r\n"
            ).encode()
            + content
            + f"\r\n--{boundary}--\r\n".encode()
        )
        request = urllib.request.Request(
            self.address + urls.upload_url,
            body,
            {
                "Content-Type": f"multipart/form-data; boundary={boundary}",
                "X-Xsrftoken": self.xsrf,
                "Cookie": self.cookies,
            },
            method="PUT",
        )
        began = time.perf_counter()
        with await asyncio.to_thread(urllib.request.urlopen, request, timeout=PATIENCE) as reply:
            if reply.status >= 300:
                self.log.errors.append(f"upload: status {reply.status}")
        self.log.seconds["upload"].append(time.perf_counter() - began)
        info = {"file_id": urls.file_id, "name": name, "size": len(content), "file_urls": urls}
        await self.rerun(
            kind, change={widget_id: {"file_uploader_state_value": {"uploaded_file_info": [info]}}}
        )
        return True

    async def close(self) -> None:
        """Close the window."""
        self._forget_page()
        self.reader.cancel()
        await self.socket.close()

    async def _read(self) -> None:
        with contextlib.suppress(asyncio.CancelledError):
            try:
                async for data in self.socket:
                    self.log.bytes += len(data)
                    self._take(ForwardMsg.FromString(data))
                self.log.errors.append("the server closed the connection")
            except Exception as error:
                self.log.errors.append(f"connection: {type(error).__name__}: {error}")

    def _take(self, message: ForwardMsg) -> None:
        kind = message.WhichOneof("type")
        if kind == "new_session":
            self.session_id = message.new_session.initialize.session_id or self.session_id
            self.page_hash = message.new_session.page_script_hash
        elif kind == "navigation":
            self.pages = {page.url_pathname: page.page_script_hash for page in message.navigation.app_pages}
            self.page_hash = message.navigation.page_script_hash or self.page_hash
        elif kind == "auto_rerun":
            self._set_timer(message.auto_rerun.fragment_id, message.auto_rerun.interval)
        elif kind == "file_urls_response":
            self.answers.pop(message.file_urls_response.response_id).set_result(message.file_urls_response)
        elif kind == "delta" and message.delta.WhichOneof("type") == "new_element":
            self._take_element(message.delta.new_element)
        elif kind == "page_info_changed":
            self.query = message.page_info_changed.query_string
        elif kind == "script_finished" and message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
            if message.script_finished == ForwardMsg.FINISHED_WITH_COMPILE_ERROR:
                self.log.errors.append("a script does not compile")
            self.finished.set()

    def _take_element(self, element) -> None:
        kind = element.WhichOneof("type")
        content = getattr(element, kind)
        if kind == "exception":
            self.log.errors.append(f"exception on a page: {content.type} {content.message[:100]}")
        elif kind == "alert" and content.format == content.ERROR:
            self.log.errors.append(f"error on a page: {content.body[:150]}")
        widget_id = getattr(content, "id", "")
        if isinstance(widget_id, str) and widget_id.startswith("$$ID"):
            key = widget_id.split("-", 2)[-1]
            self.ids[key], self.kinds[key] = widget_id, kind

    def _set_timer(self, fragment: str, interval: float) -> None:
        if fragment in self.timers:
            self.timers[fragment].cancel()

        async def poll() -> None:
            await asyncio.sleep(self.random.random() * interval)
            while True:
                await asyncio.sleep(interval)
                if not self.is_asleep:
                    await self.rerun("poll", fragment, auto=True)

        self.timers[fragment] = asyncio.create_task(poll())
