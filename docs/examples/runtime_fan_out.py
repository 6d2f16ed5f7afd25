"""Fan-out: children are started under a parent and ticked side by side; the parent joins them.

Try it: `python docs/examples/runtime_fan_out.py`
"""

from concurrent.futures import ThreadPoolExecutor

from backend.runtime import Runtime

SEARCH = {
    "workflow_id": "search",
    "name": "Search one source",
    "inputs": {"type": "object", "required": ["source", "query"]},
    "outputs": {"found": "{{ state.found }}"},
    "steps": [
        {
            "step_id": "look",
            "modules": [
                {"module_id": "wait.until", "name": "look", "inputs": {"seconds": 0.5}},
                {
                    "module_id": "core.template",
                    "name": "tell",
                    "inputs": {"template": "what {{ trigger.payload.source }} knows of {{ trigger.payload.query }}"},
                    "outputs_to_state": {"text": "found"},
                },
            ],
        }
    ],
}

GATHER = {
    "workflow_id": "gather",
    "name": "Search everywhere",
    "outputs": {"results": "{{ state.results }}"},
    "steps": [
        {
            "step_id": "gather",
            "modules": [
                {"module_id": "wait.event", "name": "begun", "inputs": {"wait_key": "children"}},
                {
                    "module_id": "wait.sub_workflows",
                    "name": "join",
                    "inputs": {"sub_run_ids": "{{ begun.output.payload.ids }}"},
                    "outputs_to_state": ["results"],
                },
            ],
        }
    ],
}

SOURCES = ("web", "docs", "knowledge_graph")

if __name__ == "__main__":
    with Runtime(workflows=[SEARCH, GATHER], database="memory://") as runtime:
        parent = runtime.start("gather")
        children = [
            runtime.start("search", {"source": source, "query": "lighthouses"}, parent_run_id=parent)
            for source in SOURCES
        ]
        print("held:", [str(child.status) for child in runtime.list_children(parent)])

        runtime.tick(parent)
        state = runtime.resume(parent, "children", {"ids": children})
        print("the parent waits, reason:", state.waiting.reason)

        with ThreadPoolExecutor() as pool:
            ticked = list(pool.map(runtime.tick, children))
        print("ticked:", [str(child.status) for child in ticked])

        state = runtime.wait(parent, timeout_seconds=30)
        print("the parent is", state.status)
        for result in state.output["results"]:
            print(" ", result["status"], "-", result["output"]["found"])
