/** All roles, the mightiest first. */
export const ROLES = ['owner', 'admin', 'manager', 'marketer', 'analyst', 'agent', 'viewer'] as const;
