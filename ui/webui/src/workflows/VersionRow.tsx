import { Link } from "@tanstack/react-router";
import { GitCompareArrows, History } from "lucide-react";
import type { VersionInfo, WorkflowDetail } from "@/core/types";
import { Button } from "@/ui/button";
import { cn } from "@/ui/cn";
import { CopyButton } from "@/ui/copy";
import { Badge } from "@/ui/status";
import { Ago, At } from "@/ui/time";
import { saverOf } from "@/workflows/definition-parts";

interface VersionRowProps {
  version: VersionInfo;
  workflow: WorkflowDetail;
  /** It is one of those that are compared. */
  shown: boolean;
  onCompare: () => void;
  onRestore: () => void;
}

export function VersionRow({ version, workflow, shown, onCompare, onRestore }: VersionRowProps) {
  const isNewest = version.version === workflow.latest_version;
  return (
    <li
      className={cn("flex flex-wrap items-center gap-x-4 gap-y-2 px-2 py-2", shown && "bg-machine-soft/50")}
    >
      <div className="min-w-0 flex-1 basis-72">
        <p className="flex flex-wrap items-center gap-x-2">
          <Link
            to="/workflows/$workflowId"
            params={{ workflowId: workflow.workflow_id }}
            search={{ v: isNewest ? undefined : version.version }}
            className="link font-medium"
          >
            Version {version.version}
          </Link>
          {isNewest && <Badge tone="ok">newest</Badge>}
          {version.version === workflow.version && !isNewest && <Badge tone="machine">looked at</Badge>}
        </p>
        <p className="flex flex-wrap items-center gap-x-2 text-ink-2 text-sm">
          <span>
            saved <Ago at={version.saved_at} /> by {saverOf(version.saved_by)}
          </span>
          <span className="max-sm:hidden">
            <At at={version.saved_at} />
          </span>
          <span className="inline-flex items-center gap-0.5 font-mono text-xs" title={version.content_hash}>
            {shortHash(version.content_hash)}
            <CopyButton text={version.content_hash} label={`Copy the hash of version ${version.version}`} />
          </span>
        </p>
      </div>
      <div className="flex flex-wrap gap-2">
        {version.version > 1 && (
          <Button
            size="sm"
            icon={<GitCompareArrows aria-hidden />}
            aria-label={`What changed in version ${version.version}`}
            onClick={onCompare}
          >
            What changed
          </Button>
        )}
        {!isNewest && (
          <Button
            size="sm"
            icon={<History aria-hidden />}
            aria-label={`Make it the newest: version ${version.version}`}
            onClick={onRestore}
          >
            Make it the newest
          </Button>
        )}
      </div>
    </li>
  );
}

/** `sha256:1f3a9c…` → `1f3a9c02`. */
const shortHash = (hash: string): string => hash.replace(/^.*:/, "").slice(0, 8);
