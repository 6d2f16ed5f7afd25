"""Every error of Interlude. Facts are attributes; each class builds its own message, which says what to do next.

InterludeError
├── NotFound                    404  WorkflowNotFound RunNotFound InteractionNotFound SubActionNotFound
│                                    ActionNotFound ArtifactNotFound VersionNotFound EventNotFound BranchNotFound
├── Conflict                    409  InteractionNotOpen InteractionChanged SubActionRunning SubActionNotRunning
│                                    RunNotActive RunNotRetryable RunNotForkable WorkflowArchived WorkflowChanged
│                                    WorkflowExists WorkflowDiffers NotWaiting WaitKeyNeeded
│                                    RunTakesNoChildren NoParent ChildNotEnded ChildOutputDiffers
├── Invalid                     422  InvalidDefinition InvalidPayload InvalidResponse InvalidParams
│                                    InvalidQuery InvalidRequest InvalidWaitKey ValueNotStorable
│                                    IdempotencyKeyReused
│                                    BodyTooDeep
├── TooLarge                    413  ValueTooLarge BodyTooLarge
├── AccessDenied                401  Unauthorized
├── Forbidden                   403  HostRefused OriginRefused
├── BadRequest                  400  InvalidJson InvalidEventId
├── MediaTypeRefused            415
├── Unexpected                  500  an error that nobody foresaw; details are in the log alone
├── ModuleError                      a module's own failure: what authors raise
│   ├── ModuleTimeout  ModuleCrashed  ModuleNotInstalled  OutputInvalid  InputInvalid
│   ├── MaxNestingDepthExceeded  WorkflowNotAccessible
│   ├── TemplateError                TemplateUndefined TemplateBudget TemplateSyntax
│   ├── WorkLimit  PipelineError     a transform that costs too much, a pipeline that cannot run
│   ├── AddressRefused  HostUnknown  HttpFailed
│   └── MappingError                 MappingSourceMissing MappingMismatch
├── StoreError
│   ├── StoreUnavailable        503  try again
│   ├── PositionTaken                another writer won; re-read and decide again
│   ├── Fenced                       this process lost its claim and must stop
│   └── ArtifactDamaged         500  its content is not what was stored
└── SetupError                       refuses to start: names the setting and what to do
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class FieldError:
    """One place in the caller's document that is wrong: a JSON pointer and a sentence."""

    pointer: str
    message: str


class InterludeError(Exception):
    """Base of all. `code` is for programs, `status` the HTTP status, `ids` what it is about."""

    code: str = "error"
    status: int = 500
    title: str = "Error"
    retryable: bool = False

    def __init__(self, message: str, *, errors: Sequence[FieldError] = (), **ids: Any) -> None:
        super().__init__(message)
        self.message = message
        self.errors = tuple(errors)
        self.ids = {name: value for name, value in ids.items() if value is not None}

    def __reduce__(self) -> tuple[Any, ...]:
        # Subclasses build their message from facts, so a copy is made from the finished parts instead.
        return (_rebuild, (type(self), self.message), vars(self))


def _rebuild(kind: type[InterludeError], message: str) -> InterludeError:
    error = kind.__new__(kind)
    InterludeError.__init__(error, message)
    return error


class NotFound(InterludeError):
    code, status, title = "not_found", 404, "Not found"


class WorkflowNotFound(NotFound):
    code = "workflow_not_found"

    def __init__(self, workflow_id: str) -> None:
        super().__init__(
            f"There is no workflow '{workflow_id}'. List them with GET /api/v1/workflows.",
            workflow_id=workflow_id,
        )


class VersionNotFound(NotFound):
    code = "version_not_found"

    def __init__(self, workflow_id: str, version: int) -> None:
        super().__init__(
            f"The workflow '{workflow_id}' has no version {version}.",
            workflow_id=workflow_id,
            version=version,
        )


class RunNotFound(NotFound):
    code = "run_not_found"

    def __init__(self, workflow_run_id: str) -> None:
        super().__init__(f"There is no run '{workflow_run_id}'.", workflow_run_id=workflow_run_id)


class InteractionNotFound(NotFound):
    code = "interaction_not_found"

    def __init__(self, workflow_run_id: str, interaction_id: str) -> None:
        super().__init__(
            f"The run has no interaction '{interaction_id}'. A child's question is asked under the child's run id.",
            workflow_run_id=workflow_run_id,
            interaction_id=interaction_id,
        )


class ActionNotFound(NotFound):
    code = "action_not_found"

    def __init__(self, action_id: str, known: Sequence[str]) -> None:
        offers = f"It offers: {', '.join(known)}." if known else "It offers none."
        super().__init__(f"The interaction has no sub-action '{action_id}'. {offers}", action_id=action_id)


class SubActionNotFound(NotFound):
    code = "sub_action_not_found"

    def __init__(self, workflow_run_id: str, sub_action_id: str) -> None:
        super().__init__(
            f"The run has no sub-action '{sub_action_id}'.",
            workflow_run_id=workflow_run_id,
            sub_action_id=sub_action_id,
        )


class ArtifactNotFound(NotFound):
    code = "artifact_not_found"

    def __init__(self, artifact_id: str) -> None:
        super().__init__(f"There is no artifact '{artifact_id}'.", artifact_id=artifact_id)


class EventNotFound(NotFound):
    code = "event_not_found"

    def __init__(self, workflow_run_id: str, seq: int, last: int) -> None:
        super().__init__(f"The run has no event {seq}; its last is {last}.", workflow_run_id=workflow_run_id, seq=seq)


class BranchNotFound(NotFound):
    code = "branch_not_found"

    def __init__(self, workflow_run_id: str, branch_id: str) -> None:
        super().__init__(
            f"The run has no branch '{branch_id}'. List them with GET /api/v1/runs/{workflow_run_id}/branches.",
            workflow_run_id=workflow_run_id,
            branch_id=branch_id,
        )


class Conflict(InterludeError):
    code, status, title = "conflict", 409, "Conflict"


class InteractionNotOpen(Conflict):
    """The question was answered or cancelled; `answered_by` and `answered_at` say by whom and when."""

    code = "interaction_not_open"

    def __init__(
        self,
        interaction_id: str,
        status: str,
        *,
        answered_by: str | None = None,
        answered_at: str | None = None,
    ) -> None:
        who = f" by {answered_by} at {answered_at}" if answered_by else ""
        super().__init__(
            f"This question is no longer open: it was {status}{who}. Fetch the run to see where it stands.",
            interaction_id=interaction_id,
            interaction_status=status,
            answered_by=answered_by,
            answered_at=answered_at,
        )


class InteractionChanged(Conflict):
    code = "interaction_changed"

    def __init__(self, interaction_id: str, *, sent: int, current: int) -> None:
        super().__init__(
            f"The question has changed since revision {sent} (now {current}). Fetch it again, then answer.",
            interaction_id=interaction_id,
            revision=current,
        )


class SubActionRunning(Conflict):
    code = "sub_action_running"

    def __init__(self, action_id: str, sub_action_id: str) -> None:
        super().__init__(
            f"The sub-action '{action_id}' is still running. Wait for it, or cancel it first.",
            action_id=action_id,
            sub_action_id=sub_action_id,
        )


class SubActionNotRunning(Conflict):
    code = "sub_action_not_running"

    def __init__(self, sub_action_id: str, status: str) -> None:
        super().__init__(
            f"This sub-action has already ended: {status}.",
            sub_action_id=sub_action_id,
            sub_action_status=status,
        )


class RunNotActive(Conflict):
    code = "run_not_active"

    def __init__(self, workflow_run_id: str, run_status: str) -> None:
        super().__init__(
            f"The run has already ended: {run_status}.",
            workflow_run_id=workflow_run_id,
            run_status=run_status,
        )


class RunNotRetryable(Conflict):
    code = "run_not_retryable"

    def __init__(self, workflow_run_id: str, run_status: str) -> None:
        super().__init__(
            f"Only a run that failed can be retried; this one is {run_status}. Fork it to go on from an earlier event.",
            workflow_run_id=workflow_run_id,
            run_status=run_status,
        )


class RunNotForkable(Conflict):
    """The run of a sub-action: its result belongs to a question that has moved on."""

    code = "run_not_forkable"

    def __init__(self, workflow_run_id: str, *, parent_workflow_id: str, sub_action_id: str) -> None:
        super().__init__(
            "The run of a sub-action cannot be forked or retried. Start the sub-action again from its question.",
            workflow_run_id=workflow_run_id,
            parent_workflow_id=parent_workflow_id,
            sub_action_id=sub_action_id,
        )


class WorkflowArchived(Conflict):
    code = "workflow_archived"

    def __init__(self, workflow_id: str) -> None:
        super().__init__(
            f"The workflow '{workflow_id}' is archived. Save it again to bring it back.",
            workflow_id=workflow_id,
        )


class WorkflowChanged(Conflict):
    """Somebody saved a version since the caller read the one that the new one was to follow."""

    code = "workflow_changed"

    def __init__(
        self, workflow_id: str, *, based_on: int, latest_version: int, saved_by: str | None, saved_at: str | None
    ) -> None:
        super().__init__(
            f"Version {based_on} is not the latest of '{workflow_id}' any more; that is {latest_version}. "
            "Look at what changed, then save again, based on that one.",
            workflow_id=workflow_id,
            latest_version=latest_version,
            saved_by=saved_by,
            saved_at=saved_at,
        )


class WorkflowExists(Conflict):
    code = "workflow_exists"

    def __init__(self, workflow_id: str) -> None:
        super().__init__(
            f"There is a workflow '{workflow_id}' already. Use PUT /api/v1/workflows/{workflow_id} for a new version.",
            workflow_id=workflow_id,
        )


class WorkflowDiffers(Conflict):
    code = "workflow_differs"

    def __init__(self, workflow_run_id: str, *, workflow_id: str, expected: str) -> None:
        super().__init__(
            f"This is a run of '{workflow_id}', not of '{expected}'. Tick it under its own workflow, or name none.",
            workflow_run_id=workflow_run_id,
            workflow_id=workflow_id,
        )


class NotWaiting(Conflict):
    """`waits_for` are the keys that the run could be resumed with."""

    code = "not_waiting"

    def __init__(
        self, workflow_run_id: str, wait_key: str | None, *, run_status: str, waits_for: Sequence[str]
    ) -> None:
        what = f"the key '{wait_key}'" if wait_key else "nothing that a caller resolves"
        open_ones = f"It waits for: {', '.join(waits_for)}." if waits_for else f"It is {run_status}."
        denial = "does not wait for" if wait_key else "waits for"
        super().__init__(
            f"The run {denial} {what}. {open_ones}", workflow_run_id=workflow_run_id, run_status=run_status
        )
        self.waits_for = tuple(waits_for)


class WaitKeyNeeded(Conflict):
    """The run waits for several things; `waits_for` are their keys."""

    code = "wait_key_needed"

    def __init__(self, workflow_run_id: str, *, waits_for: Sequence[str]) -> None:
        super().__init__(
            f"The run waits for several things. Say which with wait_key: {', '.join(waits_for)}.",
            workflow_run_id=workflow_run_id,
        )
        self.waits_for = tuple(waits_for)


class RunTakesNoChildren(Conflict):
    code = "run_takes_no_children"

    def __init__(self, workflow_run_id: str) -> None:
        super().__init__(
            "This is the hidden run of a sub-action, which has no sub-workflows. Name the run that it works for.",
            workflow_run_id=workflow_run_id,
        )


class NoParent(Conflict):
    code = "no_parent"

    def __init__(self, workflow_run_id: str) -> None:
        super().__init__("The run was started by itself: it has no parent to wake.", workflow_run_id=workflow_run_id)


class ChildNotEnded(Conflict):
    code = "child_not_ended"

    def __init__(self, workflow_run_id: str, run_status: str) -> None:
        super().__init__(
            f"The child has not ended, it is {run_status}. Tick it to its end first; its parent is woken by that.",
            workflow_run_id=workflow_run_id,
            run_status=run_status,
        )


class ChildOutputDiffers(Conflict):
    code = "child_output_differs"

    def __init__(self, workflow_run_id: str) -> None:
        super().__init__(
            "The child's recorded output is another one, and a record is not changed. Leave child_output out, "
            "or pass the 'output' of its state.",
            workflow_run_id=workflow_run_id,
        )


class Invalid(InterludeError):
    code, status, title = "invalid", 422, "Invalid input"


class InvalidDefinition(Invalid):
    code = "invalid_definition"

    def __init__(self, errors: Sequence[FieldError], *, source: str | None = None) -> None:
        first = f" {errors[0].pointer or '/'}: {errors[0].message}" if errors else ""
        count = f"{len(errors)} problem{'s' if len(errors) != 1 else ''}"
        where = f" in {source}" if source else ""
        super().__init__(f"The workflow definition has {count}{where}.{first}", errors=errors)


class InvalidPayload(Invalid):
    code = "invalid_payload"

    def __init__(self, errors: Sequence[FieldError]) -> None:
        super().__init__("The payload does not fit the workflow's inputs; see errors.", errors=errors)


class InvalidResponse(Invalid):
    code = "invalid_response"

    def __init__(self, errors: Sequence[FieldError]) -> None:
        super().__init__("The response does not fit this question's response_schema; see errors.", errors=errors)


class InvalidParams(Invalid):
    code = "invalid_params"

    def __init__(self, errors: Sequence[FieldError]) -> None:
        super().__init__("The params do not fit this sub-action; see errors.", errors=errors)


class InvalidQuery(Invalid):
    code = "invalid_query"


class InvalidWaitKey(Invalid):
    code = "invalid_wait_key"

    def __init__(self, wait_key: str) -> None:
        super().__init__(
            "Events with this wait_key come from the engine alone. Use a key of your own.", wait_key=wait_key
        )


class IdempotencyKeyReused(Invalid):
    code = "idempotency_key_reused"

    def __init__(self) -> None:
        super().__init__("This Idempotency-Key was sent before with another body. Use a new key for new work.")


class ValueNotStorable(Invalid):
    code = "value_not_storable"

    def __init__(self, pointer: str, reason: str) -> None:
        super().__init__(
            f"The value at '{pointer or '/'}' cannot be stored: {reason}.",
            errors=[FieldError(pointer, reason)],
        )
        self.reason = reason


class InvalidRequest(Invalid):
    """The request does not fit the published contract; `errors` has one entry a place."""

    code = "invalid_request"

    def __init__(self, errors: Sequence[FieldError]) -> None:
        super().__init__("The request does not fit this call; see errors, and /docs for its shape.", errors=errors)


class BodyTooDeep(Invalid):
    code = "body_too_deep"

    def __init__(self, limit: int) -> None:
        super().__init__(f"The request body has more than {limit} levels of nesting. Send it flatter.", limit=limit)


class TooLarge(InterludeError):
    code, status, title = "too_large", 413, "Too large"


class ValueTooLarge(TooLarge):
    """`where` names the module and key."""

    code = "value_too_large"

    def __init__(self, where: str, *, size: int, limit: int) -> None:
        super().__init__(f"{where} has {size:,} bytes; the limit is {limit:,}.", where=where, size=size, limit=limit)


class BodyTooLarge(TooLarge):
    code = "body_too_large"

    def __init__(self, limit: int) -> None:
        super().__init__(f"The request body is larger than {limit:,} bytes.", limit=limit)


class Unauthorized(InterludeError):
    code, status, title = "unauthorized", 401, "Unauthorized"

    def __init__(self) -> None:
        super().__init__("This server needs a token. Send 'Authorization: Bearer <one of INTERLUDE_API_TOKENS>'.")


class Forbidden(InterludeError):
    code, status, title = "forbidden", 403, "Forbidden"


class HostRefused(Forbidden):
    """A server without tokens answers under its own names only: a page elsewhere may point its name at it."""

    code = "host_refused"

    def __init__(self, host: str) -> None:
        super().__init__(
            f"This server does not answer under the name '{host}'. Open it as 127.0.0.1 or localhost, "
            "or set INTERLUDE_API_TOKENS."
        )


class OriginRefused(Forbidden):
    code = "origin_refused"

    def __init__(self, origin: str) -> None:
        super().__init__(
            f"A page of '{origin}' may not change anything here. Use this server's own page, "
            "or set INTERLUDE_API_TOKENS and send a token."
        )


class BadRequest(InterludeError):
    code, status, title = "bad_request", 400, "Bad request"


class InvalidJson(BadRequest):
    """`position` counts characters from 0."""

    code = "invalid_json"

    def __init__(self, reason: str, *, position: int | None = None) -> None:
        where = f" at character {position}" if position is not None else ""
        super().__init__(f"The request body is not JSON: {reason}{where}.", position=position)


class InvalidEventId(BadRequest):
    code = "invalid_event_id"

    def __init__(self, sent: str) -> None:
        super().__init__(
            f"'{sent[:100]}' is no id of this stream. Send the 'id' of the last message received, or leave the "
            "header Last-Event-ID out to begin at the start."
        )


class MediaTypeRefused(InterludeError):
    code, status, title = "media_type_refused", 415, "Unsupported media type"


class Unexpected(InterludeError):
    """What the caller is told of an error that nobody foresaw; the log has the rest under `correlation_id`."""

    code, title = "internal_error", "Internal error"

    def __init__(self, correlation_id: str) -> None:
        super().__init__(
            f"Something went wrong in the server. Its log has the details under '{correlation_id}'.",
            correlation_id=correlation_id,
        )


class ModuleError(InterludeError):
    """What a module raises to fail with a message of its own.

    Args:
        message: shown to people as it is.
        code: for programs, snake_case.
        retryable: False stops the module's `retry` policy at once.
    """

    code, title, retryable = "module_failed", "A module failed", True

    def __init__(self, message: str, *, code: str | None = None, retryable: bool | None = None, **ids: Any) -> None:
        super().__init__(message, **ids)
        if code is not None:
            self.code = code
        if retryable is not None:
            self.retryable = retryable


class ModuleTimeout(ModuleError):
    code = "module_timeout"

    def __init__(self, module_name: str, seconds: float) -> None:
        super().__init__(f"'{module_name}' did not finish within {seconds:g} s.", module_name=module_name)


class ModuleNotInstalled(ModuleError):
    """A definition that another server checked uses a module type that this one has not got."""

    code = "module_not_installed"

    def __init__(self, module_id: str) -> None:
        super().__init__(
            f"This server has no module type '{module_id}'. Install it on every server, then retry the run.",
            module_id=module_id,
        )


class ModuleCrashed(ModuleError):
    """The module raised something that it did not mean to."""

    code = "module_crashed"


class InputInvalid(ModuleError):
    code = "module_input_invalid"

    def __init__(self, module_name: str, errors: Sequence[FieldError]) -> None:
        detail = "; ".join(f"{error.pointer or '/'}: {error.message}" for error in errors)
        super().__init__(f"The inputs of '{module_name}' do not fit: {detail}", retryable=False)
        self.errors = tuple(errors)


class OutputInvalid(ModuleError):
    code = "module_output_invalid"

    def __init__(self, module_name: str, reason: str) -> None:
        super().__init__(f"The output of '{module_name}' cannot be used: {reason}", retryable=False)


class MaxNestingDepthExceeded(ModuleError):
    """A child would stand deeper than the setting allows."""

    code, retryable = "max_nesting_depth_exceeded", False

    def __init__(self, workflow_id: str, *, depth: int, limit: int) -> None:
        super().__init__(
            f"'{workflow_id}' would be nested {depth} deep; INTERLUDE_MAX_NESTING_DEPTH allows {limit}.",
            code="MaxNestingDepthExceeded",  # runs fail with this code, as the documents name it
            retryable=False,
        )


class WorkflowNotAccessible(ModuleError):
    """A run may not call this workflow: there is none, it is another owner's, archived, or lacks the version."""

    code, retryable = "workflow_not_accessible", False

    def __init__(self, message: str) -> None:
        super().__init__(message, code="WorkflowNotAccessible", retryable=False)


class TemplateError(ModuleError):
    """A template failed. `template` is its source, `pointer` where it stands in the tree that was rendered."""

    code, retryable = "template_error", False

    def __init__(self, message: str, *, template: str | None = None, pointer: str | None = None) -> None:
        super().__init__(message, retryable=False, pointer=pointer)
        self.template = template
        self.pointer = pointer


class TemplateUndefined(TemplateError):
    code = "template_undefined"


class TemplateSyntax(TemplateError):
    code = "template_syntax"


class TemplateBudget(TemplateError):
    """The template asked for more work, memory or time than one rendering may have."""

    code = "template_budget"


class MappingError(ModuleError):
    code, retryable = "mapping_error", False


class MappingSourceMissing(MappingError):
    code = "mapping_source_missing"

    def __init__(self, source: str) -> None:
        super().__init__(
            f"The sub-action gave no '{source}', which its result_mapping needs (or mark it \"optional\": true).",
            retryable=False,
        )
        self.source = source


class MappingMismatch(MappingError):
    code = "mapping_mismatch"


class WorkLimit(ModuleError):
    """The work took more time or memory than it may, and was stopped."""

    code, retryable = "work_limit", False

    def __init__(self, reason: str) -> None:
        super().__init__(f"This is too much work: it {reason}. Give it less data or a simpler expression.")


class PipelineError(ModuleError):
    """`where` names the stage as `stage 2 ($group)`; stages count from 0, as in the JSON."""

    code, retryable = "pipeline_invalid", False

    def __init__(self, where: str, reason: str) -> None:
        super().__init__(f"The pipeline fails at {where}: {reason}.")


class AddressRefused(ModuleError):
    """The target is not one that workflows may reach."""

    code, retryable = "address_refused", False

    def __init__(self, host: str) -> None:
        super().__init__(
            f"'{host}' leads to an address that requests may not reach (private, loopback or reserved). "
            "To allow private ones, set INTERLUDE_HTTP_ALLOW_PRIVATE=true.",
            retryable=False,
        )


class HostUnknown(ModuleError):
    code = "host_unknown"

    def __init__(self, host: str) -> None:
        super().__init__(f"The name '{host}' cannot be resolved. Check its spelling.")


class HttpFailed(ModuleError):
    """The exchange did not come to a usable answer. `origin` is scheme, host and port: paths and queries may hold
    credentials, so they are not shown."""

    code = "http_failed"

    def __init__(self, request: str, reason: str, *, code: str = "http_failed", retryable: bool = True) -> None:
        super().__init__(f"{request}: {reason}", code=code, retryable=retryable)


class StoreError(InterludeError):
    code, title = "store_error", "Storage"


class StoreUnavailable(StoreError):
    code, status, retryable = "store_unavailable", 503, True

    def __init__(self) -> None:
        super().__init__("The database does not answer. Nothing was lost; try again in a moment.")


class PositionTaken(StoreError):
    """Another writer holds the position. `written` events of the batch were stored before it."""

    code, status, retryable = "position_taken", 409, True

    def __init__(self, *, written: int = 0) -> None:
        super().__init__("Another writer was first; read again and decide again.")
        self.written = written


class Fenced(StoreError):
    """This process was silent longer than its lease, so others may have taken its runs over."""

    code, retryable = "fenced", True

    def __init__(self) -> None:
        super().__init__("This process lost its lease; the run goes on elsewhere.")


class ArtifactDamaged(StoreError):
    """The stored bytes do not match the id, which is their hash."""

    code = "artifact_damaged"

    def __init__(self, artifact_id: str) -> None:
        super().__init__(
            f"The content of artifact '{artifact_id}' was changed or cut short. Restore it from a backup.",
            artifact_id=artifact_id,
        )


class SetupError(InterludeError):
    """The program cannot start as it is set up. The message names the setting and what to do."""

    code, title = "setup", "Setup"


UNDECIDED = (StoreUnavailable, PositionTaken, Fenced)
"""Nothing was decided: it is tried again, here or elsewhere. Whoever makes outcomes of errors lets these pass."""
