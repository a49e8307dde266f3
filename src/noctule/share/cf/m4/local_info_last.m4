ifdef(`_VIRTUAL_CLASS_', `CR$={VirtHost}
')dnl
ifdef(`MASQUERADE_NAME', `DM`'MASQUERADE_NAME
')dnl
Dn`'confMAILER_NAME
