/*
 * The kinds of scheduling.k8s.io/v1alpha2, which the typed models lack. Everything is optional because nothing checks
 * before validation that it is there.
 */

export interface SchedulingPolicy {
  basic?: object;
  gang?: { minCount?: number };
}

export interface PodGroupResourceClaim {
  name?: string;
  resourceClaimName?: string;
  resourceClaimTemplateName?: string;
}

/** What a pod group and a template of one have in common. */
export interface PodGroupFields {
  disruptionMode?: string;
  priority?: number;
  priorityClassName?: string;
  resourceClaims?: PodGroupResourceClaim[];
  schedulingConstraints?: { topology?: { key?: string }[] };
  schedulingPolicy?: SchedulingPolicy;
}

export interface PodGroupTemplate extends PodGroupFields {
  name?: string;
}

export interface PodGroupSpec extends PodGroupFields {
  podGroupTemplateRef?: { workload?: { workloadName?: string; podGroupTemplateName?: string } };
}

export interface WorkloadSpec {
  controllerRef?: { apiGroup?: string; kind?: string; name?: string };
  podGroupTemplates?: PodGroupTemplate[];
}
