/* A lock that is biased to the thread that takes it (gc/biased_mutex.h): THREADS threads take it and give it back, block with it, wait for it
   while they aren't attached, and now and then, while the world is stopped, one that rests is made nobody's again. Stores to held wait in the
   thread's store buffer until they drain, an atomic instruction drains the own one, membarrier everybody's. Checked: no two have it.

   With -DNO_BARRIER (who takes it away doesn't make the others drain), -DNO_WAIT (doesn't wait for held), -DNO_SECOND_LOOK (an owner doesn't look
   again when it has set held), -DNO_TAKING (others may see that it drains before the barrier was passed), -DNO_RETURN (a thread that comes back
   doesn't say so before it looks at the owner), -DNO_NUMBERS (all drainings look the same), -DNO_STATE_LOOK (who makes it nobody's doesn't look at the state) or -DNO_OWNER_LOOK (who has got
   the state doesn't look at the owner again) the search must fail. */
#ifndef THREADS
#define THREADS 3
#endif
#define STEPS 2

#define FREE 0
#define SHARED 1
#define TAKING 2
#define OWNED(t) (3 + t)
#define DRAINING 6                 /* and what comes after it: each has a number */

byte owner = FREE;
bit held;
bit buffered[THREADS];
bit waiting[THREADS];              /* a store is in the buffer */
bit away[THREADS];                 /* not attached */
bit busy[THREADS];                 /* in the middle of something: the world can't be stopped */
bit state;
bit stopped;
byte holders;
byte drainings;

inline drain(t) {
  if
  :: waiting[t] -> held = buffered[t]; waiting[t] = 0; buffered[t] = 0
  :: else
  fi
}
inline mark(v) { atomic { drain(me); buffered[me] = v; waiting[me] = 1 } }
inline change(from, to) {
  atomic {
    drain(me);
    done = (owner == from);
    if
    :: done -> owner = to
    :: else
    fi
  }
}
#ifdef NO_NUMBERS
#define number() skip
#else
#define number() drainings++
#endif
/* held as the thread sees it */
#define SEEN_HELD (waiting[me] -> buffered[me] : held)

inline by_state() {
  atomic {
    drain(me);
    done = (state == 0);
    state = 1
  };
#ifndef NO_OWNER_LOOK
  if
  :: done && owner != SHARED -> done = 0; state = 0
  :: else
  fi
#endif
}

proctype Thread(byte me) {
  byte steps, seen, how;           /* how: 1 by the bias, 2 by the state */
  bit done;
  do
  :: steps < STEPS - (me == 2) ->    /* the third is there for who looks in between */
     steps++;
     atomic { !stopped -> busy[me] = 1 };
     how = 0;
     do
     :: how != 0 -> break
     :: how == 0 ->
        seen = owner;
        if
        :: seen == FREE -> change(FREE, OWNED(me))
        :: seen == OWNED(me) ->
           mark(1);
#ifndef NO_SECOND_LOOK
           if
           :: owner == OWNED(me) -> how = 1
           :: else -> mark(0)
           fi
#else
           how = 1
#endif
        :: seen == SHARED -> by_state(); if :: done -> how = 2 :: else fi
        :: seen >= DRAINING ->
#ifndef NO_WAIT
           if
           :: SEEN_HELD == 0 -> change(seen, SHARED)
           :: else
           fi
#else
           change(seen, SHARED)
#endif
        :: seen == TAKING -> owner != TAKING
        :: seen >= OWNED(0) && seen < DRAINING && seen != OWNED(me) ->
#ifdef NO_TAKING
           number(); change(seen, DRAINING + drainings);
#else
           change(seen, TAKING);
#endif
           if
           :: done ->
              if
              :: !away[seen - 3] ->
#ifndef NO_BARRIER
                 atomic { drain(0); drain(1); drain(2) };
#endif
                 number(); owner = DRAINING + drainings
              :: away[seen - 3] ->
                 if
                 :: SEEN_HELD == 0 -> owner = OWNED(me)
                 :: else -> number(); owner = DRAINING + drainings
                 fi
              fi
           :: else
           fi
        :: seen >= SHARED && seen != OWNED(me) ->   /* waits, not attached */
           atomic { drain(me); away[me] = 1; busy[me] = 0 };
           do
           :: owner == SHARED -> by_state(); if :: done -> how = 2; break :: else fi
           :: atomic { owner >= DRAINING -> seen = owner }; if :: SEEN_HELD == 0 -> change(seen, SHARED) :: else fi
           :: owner != SHARED -> break
           od;
           atomic { !stopped -> away[me] = 0; busy[me] = 1; drain(me) }
        fi
     od;
     seen = 0; done = 0;
     holders++;
     assert(holders == 1);
     holders--;
     if
     :: how == 2 -> state = 0
     :: how == 1 -> mark(0)
     :: how == 1 ->                /* it blocks: is away first, then gives it up */
        atomic { drain(me); away[me] = 1 };
        mark(0);
#ifndef NO_RETURN
        atomic { away[me] = 0; drain(me) }
#else
        skip
#endif
     fi;
     how = 0;
     atomic { busy[me] = 0; drain(me) }
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

proctype Collector() {
  byte times;
  bit rests;
end:
  do
  :: times < 2 ->
     times++;
     atomic { !busy[0] && !busy[1] && !busy[2] -> stopped = 1 };
     if
     :: owner == SHARED ->
        owner = TAKING;
#ifdef NO_STATE_LOOK
        rests = 1;
#else
        rests = (state == 0);
#endif
        if
        :: rests -> owner = FREE
        :: else -> owner = SHARED
        fi
     :: else
     fi;
     rests = 0;
     stopped = 0
  :: times == 2 -> break
  od
}

init { atomic { run Thread(0); run Thread(1); run Thread(2); run Memory(); run Collector() } }
