import type { IContainer } from 'kubernetes-models/v1';
import type { Pod } from '../../client/kinds.ts';
import { isSidecar } from './pod-run.ts';

type Rule = NonNullable<IContainer['restartPolicyRules']>[number];

/** The first of the container's own rules that speaks of this exit code. */
function ruleFor(container: IContainer, exitCode: number): Rule | undefined {
  if (container.restartPolicy === undefined) return undefined;
  return container.restartPolicyRules?.find(
    ({ exitCodes }) =>
      exitCodes !== undefined &&
      (exitCodes.values ?? []).includes(exitCode) === (exitCodes.operator === 'In'),
  );
}

/** Whether a container that ended like this is started again: its own rules come before its policy, and that before the pod's. */
export function restarts(container: IContainer, { spec }: Pod, exitCode: number): boolean {
  if (isSidecar(container) || ruleFor(container, exitCode)) return true;
  const policy = container.restartPolicy ?? spec?.restartPolicy ?? 'Always';
  return policy === 'Always' || (policy === 'OnFailure' && exitCode !== 0);
}
