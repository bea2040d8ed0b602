"""The database goes away and comes back: the server says so meanwhile, and needs no restart."""

import asyncio
from pathlib import Path

from tests.e2e.workers.conftest import a_server_and_its_database
from tests.support.computers import a_computer
from tests.support.visitors import Visitor


async def test_answers_that_it_cannot_answer_and_recovers_by_itself(tmp_path: Path):
    with a_server_and_its_database(tmp_path) as (server, cluster):

        def set_up() -> list[str]:
            server.found()
            server.start()
            return server.mint(2)

        first, second = await asyncio.to_thread(set_up)
        workers = server.worker_ids()
        device, late = (server.device(computer=a_computer(number)) for number in (1, 2))
        assert (await device.activate(first)).status == 201
        assert (await late.activate("BBBBB-BBBBB-BBBBB-BBBBB-BBBBB")).status < 500
        mia = Visitor(server.client())
        assert (await mia.sign_up("mia@outlook.example")).status == 303
        await asyncio.to_thread(cluster.stop)
        try:
            for reply in await asyncio.gather(
                device.renew(),
                late.activate(second),
                server.client().send("GET", "/readyz"),
                mia.get("/account"),
            ):
                assert reply.status == 503, reply
                assert int(reply.header("retry-after")) > 0
            assert (await server.client().send("GET", "/readyz")).code == "service_unavailable"
            assert (await server.client().send("GET", "/healthz")).status == 200
            assert (await server.client().send("GET", "/metrics")).status == 200
        finally:
            await asyncio.to_thread(cluster.start)
        for _ in range(10):  # whichever worker is asked
            assert (await server.client().send("GET", "/readyz")).status == 200
            assert (await device.renew()).status == 200
        assert (await late.activate(second)).status == 201
        assert server.worker_ids() == workers
        assert "fault" not in {line["event"] for line in server.logged()}
        assert await asyncio.to_thread(server.stop) == 0
