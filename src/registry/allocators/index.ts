export { createServiceHook, type ServiceHook } from './service-hook.ts';
