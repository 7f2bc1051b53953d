export { createServiceHook, type ServiceHook, type ServiceHookOptions } from './service-hook.ts';
