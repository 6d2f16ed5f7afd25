import { Link } from "@tanstack/react-router";
import { Compass } from "lucide-react";
import { buttonStyle } from "@/ui/button";
import { Empty } from "@/ui/empty";
import { Page } from "@/ui/page";

export const NotFoundPage = () => (
  <Page title="There is nothing here" width="read">
    <Empty
      icon={<Compass aria-hidden />}
      title="No page has this address"
      actions={
        <Link to="/inbox" className={buttonStyle()}>
          Go to the inbox
        </Link>
      }
    >
      It may have been mistyped, or cut off. Runs can be found by their id with Ctrl K.
    </Empty>
  </Page>
);
