/** What a new definition begins with: small, valid, and with a question in it. */
export const NEW_DEFINITION = {
  workflow_id: "my_workflow",
  name: "My workflow",
  description: "Asks for a topic, writes about it, and shows the text to a person.",
  inputs: {
    type: "object",
    properties: { topic: { type: "string", title: "Topic", default: "lighthouses" } },
    required: ["topic"],
  },
  outputs: { text: "{{ state.text }}" },
  steps: [
    {
      step_id: "write",
      name: "Write",
      modules: [
        {
          module_id: "api.llm",
          name: "draft",
          inputs: { input: "Three sentences about {{ trigger.payload.topic }}." },
          outputs_to_state: { response: "text" },
        },
      ],
    },
    {
      step_id: "review",
      name: "Review",
      modules: [
        {
          module_id: "user.review",
          name: "edit_text",
          inputs: { title: "Is the text right?", content: "{{ state.text }}" },
          outputs_to_state: { content: "text" },
        },
      ],
    },
  ],
};
