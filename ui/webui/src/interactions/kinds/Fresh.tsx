import { Sparkle } from "lucide-react";
import { Badge } from "@/ui/status";

/** Marks what a sub-action has made since the question was last looked at. */
export const Fresh = ({ word = "New" }: { word?: string }) => (
  <Badge tone="machine">
    <Sparkle aria-hidden />
    {word}
  </Badge>
);
