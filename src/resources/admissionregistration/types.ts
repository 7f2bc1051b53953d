import type { LabelSelectorObject } from '../../apimachinery/label-selector.ts';

/** `admissionregistration.k8s.io/v1` RuleWithOperations, and with names NamedRuleWithOperations. */
export interface Rule {
  operations?: string[];
  apiGroups?: string[];
  apiVersions?: string[];
  resources?: string[];
  scope?: string;
  resourceNames?: string[];
}

export interface MatchCondition {
  name?: string;
  expression?: string;
}

export interface MatchResources {
  matchPolicy?: string;
  namespaceSelector?: LabelSelectorObject;
  objectSelector?: LabelSelectorObject;
  resourceRules?: Rule[];
  excludeResourceRules?: Rule[];
}

export interface ParamKind {
  apiVersion?: string;
  kind?: string;
}

export interface Variable {
  name?: string;
  expression?: string;
}

export interface ParamRef {
  name?: string;
  namespace?: string;
  selector?: LabelSelectorObject;
  parameterNotFoundAction?: string;
}

/** What the two policy kinds have in common. */
export interface PolicySpec {
  failurePolicy?: string;
  paramKind?: ParamKind;
  matchConstraints?: MatchResources;
  matchConditions?: MatchCondition[];
  variables?: Variable[];
}

/** What the two binding kinds have in common. */
export interface PolicyBindingSpec {
  policyName?: string;
  paramRef?: ParamRef;
  matchResources?: MatchResources;
}
