import { Link } from "@tanstack/react-router";
import type { JsonObject, WorkflowDetail } from "@/core/types";
import { SchemaTable } from "@/forms/SchemaTable";
import { inputsOf, offeredSubActions } from "@/workflows/definition-parts";
import { OutputList } from "@/workflows/OutputList";
import { RecentRuns } from "@/workflows/RecentRuns";
import { Section } from "@/workflows/Section";
import { StepGraph } from "@/workflows/StepGraph";
import { SubActionList } from "@/workflows/SubActionList";

/** What a workflow does, takes and gives. */
export function OverviewTab({ workflow }: { workflow: WorkflowDetail }) {
  const { definition } = workflow;
  const subActions = offeredSubActions(definition);
  return (
    <div className="flex flex-col gap-8">
      <Section title="Steps">
        <StepGraph workflow={workflow} />
      </Section>
      <div className="grid gap-x-10 gap-y-8 lg:grid-cols-[minmax(0,1fr)_20rem]">
        <div className="flex min-w-0 flex-col gap-8">
          <Section title="What it is started with">
            <SchemaTable
              label="Inputs"
              schema={inputsOf(definition)}
              empty="Nothing: it starts without being told anything."
            />
          </Section>
          <Section title="What it gives">
            <OutputList outputs={definition.outputs as JsonObject | undefined} />
          </Section>
          {subActions.length > 0 && (
            <Section title="Sub-actions">
              <SubActionList items={subActions} />
            </Section>
          )}
        </div>
        <Section
          title="Recent runs"
          aside={
            <Link to="/runs" search={{ workflow: workflow.workflow_id }} className="link">
              All runs
            </Link>
          }
        >
          <RecentRuns workflow={workflow} />
        </Section>
      </div>
    </div>
  );
}
