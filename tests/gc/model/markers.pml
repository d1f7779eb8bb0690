/* The same as marking.pml with two markers that share what is to be marked from: each has a list, and hands some of it over to the other if
   that one waits; marking is over when none has any work. Checked: at the verdict no cell that a mutator can reach is among the candidates.

   With -DNO_BUSY_COUNT (who finds nothing says that all is done), -DBUSY_LATE (who takes work counts as busy only after that) or
   -DONE_TRACED_NOW (the markers have one place for what they trace, not one each) the search must fail. */
#define CELLS 4
#define MUTATORS 1
#define STEPS 2
#define MARKERS 2

typedef Cell { byte slot[2]; bit old; bit marked; bit used };
Cell cell[CELLS + 1];              /* 0 is "nothing" */
typedef Regs { byte r[2]; byte log; byte log2; };
Regs mut[MUTATORS];

bit marking, verdict;
typedef List { bit has[CELLS + 1] };
List work[MARKERS];                /* as sets */
List pool;                         /* handed over by a marker */
byte busy_markers, hungry;
bit over, called;
bit handed[CELLS + 1];             /* full barrier buffers */
byte traced_now[MARKERS];
bit stopped;                       /* the world is */
byte running;
byte busy;                         /* mutators in the middle of a store: stops happen at polls, so not then */

/* A mutator's buffer holds two entries here; full ones are handed over. */
inline log_one(m, x) {
  if
  :: x != 0 && cell[x].old && !cell[x].marked ->
     if
     :: mut[m].log == 0 -> mut[m].log = x
     :: mut[m].log != 0 && mut[m].log2 == 0 -> mut[m].log2 = x
     :: else -> handed[mut[m].log] = 1; handed[mut[m].log2] = 1; mut[m].log = x; mut[m].log2 = 0
     fi
  :: else
  fi
}


proctype Mutator(byte m) {
  byte n, h, s, d;
  byte steps;
  bit seen;
  do
  :: steps < STEPS ->
     steps++;
     select(d : 0 .. 1); select(s : 0 .. 1);
     h = mut[m].r[d];
     if
     :: h != 0 ->                    /* load a slot into the other register */
        atomic { !stopped -> mut[m].r[1 - d] = cell[h].slot[s] }
     :: h != 0 ->                    /* store the other register, or nothing */
        if
        :: n = mut[m].r[1 - d]
        :: n = 0
        fi;
        atomic {
          !stopped -> busy++;
          if
          :: marking -> log_one(m, cell[h].slot[s])
          :: else
          fi
        }
        atomic { cell[h].slot[s] = n; busy-- }
     :: h != 0 ->                    /* a bulk move: all slots change places or go, after they were logged */
        atomic {
          !stopped -> busy++;
          if
          :: marking && cell[h].old ->
             seen = cell[h].marked;
             cell[h].marked = 1;
             if
             :: !seen || traced_now[0] == h || traced_now[1] == h ->
                log_one(m, cell[h].slot[0]); log_one(m, cell[h].slot[1])
             :: else
             fi
          :: else
          fi
        }
        atomic { cell[h].slot[0] = cell[h].slot[1]; cell[h].slot[1] = 0; busy-- }
     :: atomic { !stopped -> mut[m].r[d] = 0 }
     :: atomic {                     /* a new cell */
          !stopped;
          n = 1;
          do
          :: n <= CELLS && cell[n].used -> n++
          :: else -> break
          od;
          if
          :: n <= CELLS -> cell[n].used = 1; cell[n].old = !marking; mut[m].r[d] = n
          :: else
          fi
        }
     fi
  :: break
  od;
  atomic { running-- }
}

/* What a mutator can reach. */
bit reach[CELLS + 1];
inline find_reachable() {
  d_step {
    for (i : 0 .. CELLS) { reach[i] = 0 }
    for (i : 0 .. MUTATORS - 1) { reach[mut[i].r[0]] = 1; reach[mut[i].r[1]] = 1 }
    reach[0] = 0;
    for (j : 1 .. CELLS) {
      for (i : 1 .. CELLS) {
        if
        :: reach[i] -> reach[cell[i].slot[0]] = 1; reach[cell[i].slot[1]] = 1
        :: else
        fi
      }
    }
    reach[0] = 0
  }
}

#ifdef ONE_TRACED_NOW
#define PLACE 0
#else
#define PLACE me
#endif

#define POOL_HAS_ANY (pool.has[1] || pool.has[2] || pool.has[3] || pool.has[4])
inline take_pool() {
  for (i : 1 .. CELLS) {
    if
    :: pool.has[i] -> work[me].has[i] = 1; pool.has[i] = 0
    :: else
    fi
  }
}

/* One marker's part of a round. busy_markers counts it. */
inline mark_together() {
  do
  :: atomic {                       /* its own work, or what mutators have handed over */
       h = 0;
       for (i : 1 .. CELLS) { if :: work[me].has[i] -> h = i :: else fi }
       if
       :: h == 0 ->
          for (i : 1 .. CELLS) {
            if
            :: handed[i] -> handed[i] = 0; work[me].has[i] = 1; h = i
            :: else
            fi
          }
          handed[0] = 0
       :: else
       fi;
       if
       :: h != 0 -> work[me].has[h] = 0
       :: else
       fi
     }
     if
     :: h == 0 ->                   /* wait_for_work */
        atomic {
          if
          :: over -> break
          :: !over && POOL_HAS_ANY -> take_pool(); goto next
          :: else ->
             busy_markers--;
             hungry++;
#ifdef NO_BUSY_COUNT
             over = 1
#else
             if
             :: busy_markers == 0 -> over = 1
             :: else
             fi
#endif
          fi
        }
waiting:
        atomic {
          if
          :: over -> break
          :: !over && POOL_HAS_ANY ->
             take_pool(); hungry--;
#ifndef BUSY_LATE
             busy_markers++
#endif
          fi
        }
#ifdef BUSY_LATE
        busy_markers++
#endif
     :: else ->
        traced_now[PLACE] = h;
        if
        :: atomic { cell[h].old -> was = cell[h].marked; cell[h].marked = 1 }
           if
           :: !was ->
              k = cell[h].slot[0];      /* one slot after the other, the others go on */
              atomic { if :: k != 0 && cell[k].old && !cell[k].marked -> work[me].has[k] = 1 :: else fi }
              k = cell[h].slot[1];
              atomic { if :: k != 0 && cell[k].old && !cell[k].marked -> work[me].has[k] = 1 :: else fi }
           :: else
           fi
        :: else                         /* young */
        fi;
        traced_now[PLACE] = 0;
        if
        :: true ->                      /* hand_over: first from its own list, then into the pool */
           atomic {
             h = 0;
             for (i : 1 .. CELLS) { if :: work[me].has[i] && h == 0 -> h = i; work[me].has[i] = 0 :: else fi }
           }
           if
           :: h != 0 -> pool.has[h] = 1
           :: else
           fi
        :: true
        fi
     fi;
next: skip
  od
}

proctype Marker() {
  byte i, j, h, k;
  byte me = 0;
  bit more, was;
  /* the snapshot: one stop */
  atomic {
    busy == 0 -> stopped = 1;
    for (i : 1 .. CELLS) { cell[i].marked = 0; if :: cell[i].used -> cell[i].old = 1 :: else fi }
    for (i : 0 .. MUTATORS - 1) { work[0].has[mut[i].r[0]] = 1; work[0].has[mut[i].r[1]] = 1 }
    work[0].has[0] = 0;
    marking = 1;
    stopped = 0
  }
again:
  atomic { busy_markers = 1; hungry = 1; over = 0; called = 1 }
  mark_together();
  !called;
  /* the stop at the end: all buffers are looked at */
  atomic {
    busy == 0 -> stopped = 1;
    more = 0;
    for (i : 0 .. MUTATORS - 1) {
      handed[mut[i].log] = 1; handed[mut[i].log2] = 1;
      mut[i].log = 0; mut[i].log2 = 0
    }
    handed[0] = 0;
    for (i : 1 .. CELLS) {
      if
      :: handed[i] && !cell[i].marked -> more = 1
      :: else
      fi
    }
    if
    :: more -> stopped = 0; goto again
    :: else
    fi;
    find_reachable();
    for (i : 1 .. CELLS) {
      assert(!(reach[i] && cell[i].old && !cell[i].marked))
    }
    marking = 0;
    stopped = 0
  }
}


proctype Helper() {
  byte i, h, k;
  byte me = 1;
  bit was;
end:
  do
  :: called ->
     h = 0;
     goto waiting;
     mark_together();
     called = 0
  od
}

init {
  byte d;
  atomic {
    /* two that refer to others, held by the mutator, and whatever it makes of them */
    for (d : 1 .. CELLS) { cell[d].used = 1; cell[d].old = 1 }
    cell[1].slot[0] = 3; cell[1].slot[1] = 4; cell[2].slot[0] = 3;
    mut[0].r[0] = 1; mut[0].r[1] = 2;
    running = MUTATORS;
    run Mutator(0);

    run Helper();
    run Marker()
  }
}
