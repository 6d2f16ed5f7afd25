import { CSPProvider } from "@base-ui/react/csp-provider";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { createAppRouter } from "@/app/router";
import { startTheme } from "@/app/theme";
import { cspNonce } from "@/core/csp";
import { startLive } from "@/core/live";
import { createQueryClient } from "@/core/query";
import { Toasts } from "@/ui/toast";
import { TooltipProvider } from "@/ui/tooltip";
import "@/styles.css";

const client = createQueryClient();
const router = createAppRouter(client);
startTheme();
startLive(client);

const root = document.getElementById("root");
if (!root) throw new Error("index.html has no #root");
createRoot(root).render(
  <StrictMode>
    <CSPProvider nonce={cspNonce}>
      <QueryClientProvider client={client}>
        <TooltipProvider>
          <RouterProvider router={router} />
          <Toasts />
        </TooltipProvider>
      </QueryClientProvider>
    </CSPProvider>
  </StrictMode>,
);
