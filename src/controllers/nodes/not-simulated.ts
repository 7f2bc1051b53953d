import type { IContainer } from 'kubernetes-models/v1';

/** What a container asks for and does not get here: told once for each pod as an event, so that nobody waits for it. */
export function notSimulated(
  { name, lifecycle, restartPolicyRules = [] }: IContainer,
  isSkipped: boolean,
): readonly string[] {
  const { postStart, preStop } = lifecycle ?? {};
  const hook = (which: string, given: typeof preStop) =>
    given && (given.exec || given.httpGet || given.tcpSocket || (which === 'postStart' && given.sleep))
      ? [`The ${which} hook of container ${name} is not run: nothing is executed in a simulated container`]
      : [];
  const restartsAll = restartPolicyRules.some(({ action }) => action === 'RestartAllContainers');
  return [
    ...(isSkipped
      ? [`What init container ${name} does is not known: it ends at once, as if it had been done`]
      : []),
    ...hook('postStart', postStart),
    ...hook('preStop', preStop),
    ...(restartsAll
      ? [`A restart rule of container ${name} says RestartAllContainers: only that container is restarted`]
      : []),
  ];
}
