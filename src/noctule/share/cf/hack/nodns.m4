dnl  Debian's own; accepted, no effect.
_COMPLAIN_(`NOTE: HACK(`nodns') has no effect here; a service switch file without dns keeps DNS from being asked')
