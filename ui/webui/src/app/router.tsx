import type { QueryClient } from "@tanstack/react-query";
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from "@tanstack/react-router";
import { PageError } from "@/app/ErrorBoundary";
import { NotFoundPage } from "@/app/NotFoundPage";
import { Shell } from "@/app/Shell";
import * as search from "@/app/search";

interface Context {
  client: QueryClient;
}

const rootRoute = createRootRouteWithContext<Context>()({
  component: Shell,
  notFoundComponent: NotFoundPage,
});
const parent = () => rootRoute;

const home = createRoute({
  getParentRoute: parent,
  path: "/",
  beforeLoad: () => {
    throw redirect({ to: "/inbox", replace: true });
  },
});

const inbox = createRoute({
  getParentRoute: parent,
  path: "/inbox",
  validateSearch: search.inboxSearch,
  component: lazyRouteComponent(() => import("@/interactions/InboxPage")),
});

const runs = createRoute({
  getParentRoute: parent,
  path: "/runs",
  validateSearch: search.runsSearch,
  component: lazyRouteComponent(() => import("@/runs/RunsPage")),
});

const run = createRoute({
  getParentRoute: parent,
  path: "/runs/$runId",
  validateSearch: search.runSearch,
  component: lazyRouteComponent(() => import("@/runs/RunPage")),
});

const interaction = createRoute({
  getParentRoute: parent,
  path: "/runs/$runId/interactions/$interactionId",
  validateSearch: search.interactionSearch,
  component: lazyRouteComponent(() => import("@/interactions/InteractionPage")),
});

const compare = createRoute({
  getParentRoute: parent,
  path: "/runs/$runId/compare/$otherId",
  validateSearch: search.compareSearch,
  component: lazyRouteComponent(() => import("@/runs/ComparePage")),
});

const workflows = createRoute({
  getParentRoute: parent,
  path: "/workflows",
  validateSearch: search.catalogueSearch,
  component: lazyRouteComponent(() => import("@/workflows/CataloguePage")),
});

const workflow = createRoute({
  getParentRoute: parent,
  path: "/workflows/$workflowId",
  validateSearch: search.workflowSearch,
  component: lazyRouteComponent(() => import("@/workflows/WorkflowPage")),
});

const start = createRoute({
  getParentRoute: parent,
  path: "/workflows/$workflowId/start",
  validateSearch: search.startSearch,
  component: lazyRouteComponent(() => import("@/workflows/StartPage")),
});

/** Ids do not begin with an underscore, so this is no workflow's address. */
const newWorkflow = createRoute({
  getParentRoute: parent,
  path: "/workflows/_new",
  validateSearch: search.newWorkflowSearch,
  component: lazyRouteComponent(() => import("@/workflows/NewWorkflowPage")),
});

const definition = createRoute({
  getParentRoute: parent,
  path: "/workflows/$workflowId/definition",
  component: lazyRouteComponent(() => import("@/workflows/DefinitionPage")),
});

const modules = createRoute({
  getParentRoute: parent,
  path: "/modules",
  validateSearch: search.modulesSearch,
  component: lazyRouteComponent(() => import("@/modules/ModulesPage")),
});

const settings = createRoute({
  getParentRoute: parent,
  path: "/settings",
  component: lazyRouteComponent(() => import("@/settings/SettingsPage")),
});

const routeTree = rootRoute.addChildren([
  home,
  inbox,
  runs,
  run,
  interaction,
  compare,
  workflows,
  workflow,
  start,
  newWorkflow,
  definition,
  modules,
  settings,
]);

export const createAppRouter = (client: QueryClient) =>
  createRouter({
    routeTree,
    context: { client },
    defaultPreload: "intent",
    defaultErrorComponent: PageError,
    scrollRestoration: true,
  });

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
}
