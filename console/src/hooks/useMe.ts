import { createContext, useContext } from 'react';
import type { Api } from '../api/client';

/** Who is logged in, and for which business. */
export type MeState = Api['User'] &
  Pick<Api['Me'], 'permissions' | 'recovery_codes'> &
  Pick<Api['Business'], 'version' | 'has_data' | 'data_until'> & { business: Api['Business'] };

export const MeContext = createContext<MeState | null>(null);

/** Who is logged in. Only below the shell, which waits for it. */
export function useMe(): MeState {
  const me = useContext(MeContext);
  if (!me) throw new Error('useMe outside of the shell');
  return me;
}

/** Whether the person may. */
export function useMay() {
  const { permissions } = useMe();
  return (permission: Api['Permission']) => permissions.includes(permission);
}
