/** Two rings that hold each other: 关系. */
export function Logo({ size = 32 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden className="gx-logo">
      <rect width="32" height="32" rx="8" />
      <circle cx="12.5" cy="16" r="6.2" />
      <circle cx="19.5" cy="16" r="6.2" />
    </svg>
  );
}
