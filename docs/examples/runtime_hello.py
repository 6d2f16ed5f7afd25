from backend.runtime import Runtime

with Runtime(workflows=["workflows/hello"], database="memory://") as runtime:
    run_id = runtime.start("hello")
    state = runtime.tick(run_id)
    print(state.status, "-", state.waiting.details["title"])

    state = runtime.resume(run_id, payload={"values": {"name": "Ada"}})
    print(state.status, "-", state.output["greeting"])
