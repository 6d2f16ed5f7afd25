import { afterEach, expect, it } from "vitest";
import { forgetToken, saveToken } from "@/core/auth";
import { curlOf } from "@/core/curl";

afterEach(forgetToken);

it("quotes what a shell would read", () => {
  const command = curlOf({ method: "POST", path: "/api/v1/runs", body: { text: "it's $HOME" } });
  expect(command).toContain(`-d '{"text":"it'\\''s $HOME"}'`);
  expect(command).not.toContain("-X");
});

it("names the token without telling it", () => {
  saveToken("very-secret", { remember: false });
  expect(curlOf({ path: "/api/v1/runs" })).toContain('"Authorization: Bearer $INTERLUDE_TOKEN"');
  expect(curlOf({ path: "/api/v1/runs" })).not.toContain("very-secret");
});

it("says the method where curl would choose another", () => {
  expect(curlOf({ method: "POST", path: "/x" })).toContain("-X POST");
  expect(curlOf({ path: "/x", stream: true })).toMatch(/^curl -sN /);
});
