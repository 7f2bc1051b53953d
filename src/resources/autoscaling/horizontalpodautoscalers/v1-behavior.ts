import type { IHorizontalPodAutoscalerBehavior, IHPAScalingRules } from 'kubernetes-models/autoscaling/v2';
import { integerField, listField, quantityField, structField, textField } from './annotation-fields.ts';
import { withoutAbsent } from './v1-metric-specs.ts';

/*
 * The behavior annotation of autoscaling/v1 holds the reference server's internal type, whose fields begin with a
 * capital. Reading them ignores case, as Go's JSON does.
 */

type Struct = Readonly<Record<string, unknown>>;

export const behaviorToV1 = ({ scaleUp, scaleDown }: IHorizontalPodAutoscalerBehavior): Struct => ({
  ScaleUp: scaleUp ? rulesToV1(scaleUp) : null,
  ScaleDown: scaleDown ? rulesToV1(scaleDown) : null,
});

const rulesToV1 = (rules: IHPAScalingRules): Struct => ({
  StabilizationWindowSeconds: rules.stabilizationWindowSeconds ?? null,
  SelectPolicy: rules.selectPolicy ?? null,
  Policies:
    rules.policies?.map(({ type, value, periodSeconds }) => ({
      Type: type,
      Value: value,
      PeriodSeconds: periodSeconds,
    })) ?? null,
  Tolerance: rules.tolerance ?? null,
});

/** Throws `ShapeError`; undefined when neither direction is given. */
export function behaviorFromV1(json: Struct): IHorizontalPodAutoscalerBehavior | undefined {
  const struct = lowerKeys(json);
  const scaleUp = structField(struct, 'scaleup');
  const scaleDown = structField(struct, 'scaledown');
  if (!scaleUp && !scaleDown) return undefined;
  return withoutAbsent({
    scaleUp: scaleUp && rulesFromV1(lowerKeys(scaleUp)),
    scaleDown: scaleDown && rulesFromV1(lowerKeys(scaleDown)),
  });
}

function rulesFromV1(struct: Struct): IHPAScalingRules {
  return withoutAbsent({
    stabilizationWindowSeconds: integerField(struct, 'stabilizationwindowseconds'),
    selectPolicy: textField(struct, 'selectpolicy') || undefined,
    policies: listField(struct, 'policies')
      ?.map(lowerKeys)
      .map((policy) => ({
        type: textField(policy, 'type'),
        value: integerField(policy, 'value') ?? 0,
        periodSeconds: integerField(policy, 'periodseconds') ?? 0,
      })),
    tolerance: quantityField(struct, 'tolerance'),
  });
}

const lowerKeys = (struct: Struct): Struct =>
  Object.fromEntries(Object.entries(struct).map(([name, value]) => [name.toLowerCase(), value]));
