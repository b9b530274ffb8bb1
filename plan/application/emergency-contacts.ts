/** Roles that config `contacts` names people for (document: emergency contacts). */
export const EMERGENCY_CONTACT_ROLES: readonly string[] = [
  "Technical Lead",
  "DevOps Lead",
  "Database Admin",
  "Emergency Hotline",
];
