# Prints what the real Sendmail says of the queue in /var/spool/mqueue, then of an empty one.
for a in "-bp" "-bp -v" "-bp -qQ" "-bp -v -qQ" "-bp -qI6AMBRj00000003" "-bp -OMaxQueueRunSize=2" "-bp -qR@example.net" \
    "-bp -OMinQueueAge=1000d" "-bp -OQueueLA=0" "-bP" "-bp -OQueueSortOrder=time"; do
    echo "== $a"
    sendmail -Am $a 2>&1
    echo "exit $?"
done
rm /var/spool/mqueue/*
echo "== empty"
sendmail -Am -bp
sendmail -Am -bp -v
sendmail -Am -bp -qQ
