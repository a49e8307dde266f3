dnl  Relaying is allowed for domains that name us in their MX records.
LOCAL_CONFIG
Kmxserved bestmx -z: -T<TEMP>
