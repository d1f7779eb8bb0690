/* Biased object locks (gc/lock.h): THREADS threads lock two objects of one region, one or both at a time. Stores to a thread's marker wait in a
   store buffer until they drain, an atomic instruction drains the own one, membarrier everybody's. Checked: nobody holds an object that another
   thread holds.

   With -DNO_BARRIER (who takes the region away doesn't make the others drain), -DNO_WAIT (doesn't wait for the owner's marker),
   -DNO_SECOND_LOOK (an owner doesn't look at the region again when its marker is set), -DNO_REVOKING (others may go by the bytes before the
   marker was waited for), -DNO_PROMOTION (a second object takes the place of the first one in the marker), -DNO_BYTE_LOOK (an owner doesn't
   look at the byte, which somebody may have set before the region became its own), -DNO_REGION_LOOK (who has set a byte doesn't look whether
   the region is somebody's by now) or -DNO_RETURN (a thread that comes back from being away doesn't say so before it looks at the region) the
   search must fail.

   -DTWO: two threads, which go away and watch regions as well. (With three there would be too many states.) */
#define THREADS 3
#define STEPS 2

#define REVOKED 0
#define UNCLAIMED 1
#define REVOKING 2
#define OWNED(t) (3 + t)
#define ASKED(t) (6 + t)           /* owned, and another thread waits for it */
#define WATCHED(t) (9 + t)         /* revoked, and soon that thread's */

byte region = UNCLAIMED;
byte marker[THREADS];              /* 1 + the object that is held by it */
byte buffered[THREADS];
bit waiting[THREADS];              /* a store is in the buffer */
bit away[THREADS];                 /* not attached */
bit locked[2];
byte holders[2];

inline drain(t) {
  if
  :: waiting[t] -> marker[t] = buffered[t]; waiting[t] = 0; buffered[t] = 0
  :: else
  fi
}
inline mark(v) { atomic { drain(me); buffered[me] = v; waiting[me] = 1 } }
inline lock_byte(o) { atomic { !locked[o] -> locked[o] = 1; drain(me) } }

inline lock(o) {
  if
  :: held != 0 ->
#ifndef NO_PROMOTION
     lock_byte(held - 1);
     mark(0);
#endif
     held = 0
  :: else
  fi;
  do
  :: seen = region;
     if
     :: seen == REVOKED || seen == WATCHED(me) ->
        lock_byte(o);
#ifdef NO_REGION_LOOK
        break
#else
        if
        :: region == REVOKED || region == WATCHED(me) -> break
        :: else -> locked[o] = 0
        fi
#endif
#ifdef TWO
     :: seen == REVOKED || seen == WATCHED(me) ->
        atomic {                   /* now and then: it is watched, or has been for long enough */
          if
          :: region == REVOKED -> region = WATCHED(me)
          :: region == WATCHED(me) -> region = OWNED(me)
          :: else
          fi;
          drain(me)
        }
     :: seen >= WATCHED(0) && seen != WATCHED(me) ->
        atomic {
          if
          :: region == seen -> region = REVOKED
          :: else
          fi;
          drain(me)
        }
#endif
     :: seen == ASKED(me) ->
        atomic {
          if
          :: region == seen -> region = REVOKING
          :: else
          fi;
          drain(me)
        }
     :: seen >= ASKED(0) && seen <= ASKED(THREADS - 1) && seen != ASKED(me) -> region != seen
     :: seen == REVOKED ->         /* after a rest */
        atomic {
          if
          :: region == REVOKED -> region = OWNED(me)
          :: else
          fi;
          drain(me)
        }
     :: seen == REVOKING -> region != REVOKING
     :: seen == UNCLAIMED ->
        atomic {
          if
          :: region == UNCLAIMED -> region = OWNED(me)
          :: else
          fi;
          drain(me)
        }
     :: seen == OWNED(me) ->
        mark(1 + o);
#ifndef NO_SECOND_LOOK
        if
        :: region == OWNED(me) ->
#ifndef NO_BYTE_LOOK
           if
           :: !locked[o] -> held = 1 + o; break
           :: else -> mark(0); !locked[o]
           fi
#else
           held = 1 + o; break
#endif
        :: else -> mark(0)
        fi
#else
        held = 1 + o; break
#endif
     :: seen >= OWNED(0) && seen <= OWNED(THREADS - 1) && seen != OWNED(me) ->
        atomic {
          mine = (region == seen);
          drain(me);
          if
#ifdef NO_REVOKING
          :: mine -> region = REVOKED
#else
          :: mine -> region = ASKED(seen - 3)
#endif
          :: else
          fi
        };
        if
        :: mine ->
           if
           :: region != ASKED(seen - 3)        /* given */
           :: atomic { region == ASKED(seen - 3) -> region = REVOKING };
#ifndef NO_BARRIER
              if
              :: away[seen - 3]
              :: !away[seen - 3] -> atomic { drain(0); drain(1); drain(2) }
              fi
#endif
           fi;
#ifndef NO_WAIT
           marker[seen - 3] == 0;
#endif
           if
           :: region = REVOKED
           :: region = OWNED(me)   /* after a rest, or a turn */
           fi
        :: else
        fi
     fi
  od;
  seen = 0; mine = 0;
  holders[o]++;
  assert(holders[o] == 1)
}

inline unlock(o) {
  holders[o]--;
  if
  :: held == 1 + o -> mark(0); held = 0
  :: else -> locked[o] = 0
  fi
}

proctype Thread(byte me) {
  byte steps, held, seen;
  bit mine;
  do
  :: steps < STEPS - (me == 2) ->    /* the third is there for who looks in between */
     steps++;
#ifdef TWO
     if
     :: skip
     :: skip ->                    /* it blocks for a while */
        atomic { drain(me); away[me] = 1 };
#ifndef NO_RETURN
        atomic { away[me] = 0; drain(me) }
#endif
     fi;
#endif
     if
     :: skip; lock(0); unlock(0)
     :: skip; lock(1); unlock(1)
     :: me == 0 -> lock(0); lock(1); unlock(1); unlock(0)
     fi
  :: else -> break
  od
}

/* Memory takes what is in the buffers whenever it likes. */
proctype Memory() {
end:
  do
  :: atomic { waiting[0] -> drain(0) }
  :: atomic { waiting[1] -> drain(1) }
  :: atomic { waiting[2] -> drain(2) }
  od
}

/* Now and then regions are anybody's again. */
proctype Forget() {
end:
  atomic { region == REVOKED -> region = UNCLAIMED }
}

init {
  atomic {
    run Thread(0);
    run Thread(1);
#ifndef TWO
    run Thread(2);
#endif
    run Memory();
    run Forget()
  }
}
