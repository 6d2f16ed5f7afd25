import { Check, Copy } from "lucide-react";
import { useEffect, useState } from "react";
import { shortId } from "@/core/format";
import { IconButton } from "@/ui/button";
import { cn } from "@/ui/cn";
import { toast } from "@/ui/toast";

/** Puts text into the clipboard, and says so. */
export async function copyText(text: string, what: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    toast.ok(`${what} copied`);
  } catch {
    toast.info(`${what} could not be copied`, { detail: text });
  }
}

export function CopyButton({ text, label }: { text: string; label: string }) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 1500);
    return () => clearTimeout(timer);
  }, [copied]);
  return (
    <IconButton
      size="sm"
      label={copied ? "Copied" : label}
      icon={copied ? <Check aria-hidden /> : <Copy aria-hidden />}
      onClick={() => navigator.clipboard?.writeText(text).then(() => setCopied(true))}
    />
  );
}

/** An id as people meet it: its end, whole as a tooltip, and to copy where asked. */
export const Id = ({ id, copy = false, className }: { id: string; copy?: boolean; className?: string }) => (
  <span className={cn("inline-flex items-center gap-0.5 font-mono text-[0.92em]", className)}>
    <span title={id}>{shortId(id)}</span>
    {copy && <CopyButton text={id} label={`Copy id ${id}`} />}
  </span>
);
