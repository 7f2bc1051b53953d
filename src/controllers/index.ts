import type { Handler } from '../endpoints/exchange.ts';
import { serviceAccountUser } from '../resources/core/serviceaccounts/token-claims.ts';
import { createFetch } from '../transport/in-process/fetch.ts';
import { apiOf } from './api.ts';
import { approving } from './certificates/approving.ts';
import { signing } from './certificates/signing.ts';
import type { Following } from './follow.ts';
import { filling } from './service-account-tokens/filling.ts';
import type { Controller, ControllerTools } from './types.ts';

const controllers: readonly Controller[] = [approving, signing, filling];

/** `--controllers`: `*` stands for all, a name for one, and a name after `-` takes one away. Throws an Error for unknown ones. */
export function checkControllers(chosen: readonly string[]): void {
  const known = controllers.flatMap(({ names }) => names);
  for (const name of chosen) {
    if (name !== '*' && !known.includes(name.replace(/^-/, ''))) {
      throw new Error(`--controllers: ${JSON.stringify(name)} is not in the list of known controllers`);
    }
  }
}

function isChosen({ names }: Controller, chosen: readonly string[]): boolean {
  if (names.some((name) => chosen.includes(name))) return true;
  return chosen.includes('*') && !names.some((name) => chosen.includes(`-${name}`));
}

/** Starts the controllers that are chosen, each as the service account that the reference server's has. */
export function startControllers(
  chosen: readonly string[],
  handle: Handler,
  tools: Omit<ControllerTools, 'api' | 'apiAs'>,
): Following {
  const apiAs: ControllerTools['apiAs'] = (account) => apiOf(createFetch(handle, { user: userOf(account) }));
  const api = apiOf(createFetch(handle, { user: manager }));
  const running = controllers
    .filter((controller) => isChosen(controller, chosen))
    .map(({ start }) => start({ ...tools, api, apiAs }));
  return {
    async stop() {
      await Promise.all(running.map(({ stop }) => stop()));
    },
  };
}

const namespace = 'kube-system';

const manager = { name: 'system:kube-controller-manager', groups: ['system:authenticated'] };

const userOf = (account: string) => ({
  name: serviceAccountUser(namespace, account),
  groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'],
});
