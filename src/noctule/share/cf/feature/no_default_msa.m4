dnl  No listener on the submission port unless the site names one.
