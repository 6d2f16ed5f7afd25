import { Link } from "@tanstack/react-router";
import { ArrowLeft, BookOpen, Globe, Hand, RotateCcw, Sparkles } from "lucide-react";
import { useMemo } from "react";
import type { ModuleType } from "@/core/types";
import { SchemaTable } from "@/forms/SchemaTable";
import { snippetOf } from "@/modules/snippet";
import { CodeEditor } from "@/ui/code-editor";
import { CopyButton } from "@/ui/copy";
import { Badge } from "@/ui/status";

/** One module type: what it does, takes and gives, and a piece of a definition to copy. */
export function ModuleDetail({ module }: { module: ModuleType }) {
  const snippet = useMemo(() => snippetOf(module), [module]);
  return (
    <article aria-label={module.module_id} className="flex flex-col gap-7">
      <header>
        <Link
          from="/modules"
          to="/modules"
          search={(old) => ({ ...old, type: undefined })}
          className="mb-3 inline-flex min-h-8 items-center gap-1.5 text-sm hover:underline lg:hidden"
        >
          <ArrowLeft aria-hidden className="size-4" />
          All modules
        </Link>
        <h2 className="text-xl">{module.title}</h2>
        <p className="flex items-center gap-0.5 font-mono text-ink-2 text-sm">
          {module.module_id}
          <CopyButton text={module.module_id} label="Copy the module's id" />
        </p>
        <p className="mt-2 max-w-[75ch]">{module.description}</p>
        <Facts module={module} />
      </header>
      <Part title="Inputs">
        <SchemaTable label="Inputs" schema={module.inputs_schema} empty="It takes none." />
      </Part>
      <Part title="Outputs">
        <SchemaTable
          label="Outputs"
          schema={module.outputs_schema}
          empty="They depend on its inputs."
          showRequired={false}
        />
      </Part>
      <Part title="To copy" aside={<CopyButton text={snippet} label="Copy the example" />}>
        <CodeEditor value={snippet} readOnly label={`Example of ${module.module_id}`} />
        <p className="mt-2 text-ink-2 text-sm">
          It goes into the <code className="font-mono">modules</code> of a step. Texts may be templates, as{" "}
          <code className="font-mono">{"{{ state.topic }}"}</code>.
        </p>
      </Part>
      <p className="text-sm">
        <a href="/docs#/modules/list_modules" className="link inline-flex items-center gap-1.5">
          <BookOpen aria-hidden className="size-4" />
          The catalogue in the API’s documentation
        </a>
      </p>
    </article>
  );
}

function Facts({ module }: { module: ModuleType }) {
  return (
    <ul className="mt-3 flex flex-col gap-1.5 text-sm">
      {module.interactive && (
        <Fact icon={<Hand aria-hidden className="text-human-ink" />}>
          Asks a person: the run waits for the answer. {module.kind && <Badge>shown as {module.kind}</Badge>}
        </Fact>
      )}
      {module.offers_sub_action && (
        <Fact icon={<Sparkles aria-hidden className="text-machine" />}>
          Has work of its own to offer while its question is open (
          <code className="font-mono">self_sub_action</code>).
        </Fact>
      )}
      {module.effects ? (
        <Fact icon={<Globe aria-hidden className="text-machine" />}>
          Touches something outside the run. After a crash in the middle it may run again, with the same
          idempotency key.
        </Fact>
      ) : (
        !module.interactive && (
          <Fact icon={<RotateCcw aria-hidden className="text-ink-2" />}>
            Touches nothing outside of Interlude.
          </Fact>
        )
      )}
    </ul>
  );
}

const Fact = ({ icon, children }: { icon: React.ReactNode; children: React.ReactNode }) => (
  <li className="flex items-start gap-2 [&>svg]:mt-0.5 [&>svg]:size-4 [&>svg]:shrink-0">
    {icon}
    <span>{children}</span>
  </li>
);

interface PartProps {
  title: string;
  aside?: React.ReactNode;
  children: React.ReactNode;
}

const Part = ({ title, aside, children }: PartProps) => (
  <section aria-label={title} className="min-w-0">
    <header className="mb-2 flex items-center justify-between">
      <h3 className="text-base">{title}</h3>
      {aside}
    </header>
    {children}
  </section>
);
