import { kubectlScript, type Script } from './script.ts';

/** A deployment that an autoscaler keeps within its bounds while nobody serves metrics. */
const autoscale: Script = {
  steps: [
    { run: 'create deployment web --image=web:1 --replicas=1', stdout: 'deployment.apps/web created' },
    {
      run: 'autoscale deployment web --min=2 --max=5 --cpu-percent=50',
      stdout: 'horizontalpodautoscaler.autoscaling/web autoscaled',
    },
    {
      run: "wait hpa/web --for=jsonpath='{.status.desiredReplicas}'=2 --timeout=20s",
      stdout: 'horizontalpodautoscaler.autoscaling/web condition met',
    },
    { run: "get deployment web -o jsonpath='{.spec.replicas}'", stdout: '2' },
    {
      run: 'get hpa web',
      stdout:
        /^NAME +REFERENCE +TARGETS +MINPODS +MAXPODS +REPLICAS +AGE\nweb +Deployment\/web +cpu: <unknown>\/50% +2 +5 +1 +\d+s$/m,
    },
    {
      run: 'describe hpa web',
      stdout: [
        /^Reference: +Deployment\/web$/m,
        /^ {2}resource cpu on pods {2}\(as a percentage of request\): +<unknown> \/ 50%$/m,
        /^Deployment pods: +1 current \/ 2 desired$/m,
        /^ {2}AbleToScale +True +SucceededRescale +the HPA controller was able to update the target scale to 2$/m,
        /^ {2}Normal +SuccessfulRescale +\d+s +horizontal-pod-autoscaler +New size: 2; reason: Current number of replicas below Spec.MinReplicas$/m,
      ],
    },
    // Changed: looked at again at once, and there are no metrics.
    {
      run: `patch hpa web --type=merge -p '{"spec":{"maxReplicas":6}}'`,
      stdout: 'horizontalpodautoscaler.autoscaling/web patched',
    },
    {
      run: 'wait hpa/web --for=condition=ScalingActive=False --timeout=20s',
      stdout: 'horizontalpodautoscaler.autoscaling/web condition met',
    },
    {
      run: 'describe hpa web',
      stdout: [
        /^ {2}ScalingActive +False +FailedGetResourceMetric +the HPA was unable to compute the replica count: failed to get cpu utilization: unable to get metrics for resource cpu: unable to fetch metrics from resource metrics API: the server could not find the requested resource \(get pods\.metrics\.k8s\.io\)$/m,
        /^ {2}Warning +FailedComputeMetricsReplicas /m,
      ],
    },
    { run: 'scale deployment web --replicas=0', stdout: 'deployment.apps/web scaled' },
    {
      run: `patch hpa web --type=merge -p '{"spec":{"maxReplicas":7}}'`,
      stdout: 'horizontalpodautoscaler.autoscaling/web patched',
    },
    {
      run: 'wait hpa/web --for=jsonpath=\'{.status.conditions[?(@.type=="ScalingActive")].reason}\'=ScalingDisabled --timeout=20s',
      stdout: 'horizontalpodautoscaler.autoscaling/web condition met',
    },
  ],
};

kubectlScript('autoscale', autoscale);
