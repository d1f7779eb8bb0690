/* The protocol of concurrent marking (gc/CONCURRENT.md), small enough to be searched completely: a mutator, the marker, three cells with two
   slots each. Checked: at the verdict no cell that a mutator can reach is among the candidates.

       spin -a marking.pml && cc -O2 -DSAFETY -o pan pan.c && ./pan -m100000

   With -DNO_DELETION_BARRIER, -DNO_BULK_LOG, -DNO_TRACED_NOW or -DNO_FLUSH a part of the protocol is missing and the search must fail: the
   test that runs this checks that too.

   A cell is young (born since the snapshot) or old, old ones may be marked. Registers are a mutator's frames. The counts, which the real
   collector asks as well before it calls anything garbage, are left out here: marking alone must do. */
#define CELLS 3
#define MUTATORS 1
#define STEPS 4

typedef Cell { byte slot[2]; bit old; bit marked; bit used };
Cell cell[CELLS + 1];              /* 0 is "nothing" */
typedef Regs { byte r[2]; byte log; byte log2; };
Regs mut[MUTATORS];

bit marking, verdict;
bit work[CELLS + 1];               /* the marker's list, as a set */
bit handed[CELLS + 1];             /* full barrier buffers */
byte traced_now;
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
#ifndef NO_DELETION_BARRIER
          if
          :: marking -> log_one(m, cell[h].slot[s])
          :: else
          fi
#endif
        }
        atomic { cell[h].slot[s] = n; busy-- }
     :: h != 0 ->                    /* a bulk move: all slots change places or go, after they were logged */
        atomic {
          !stopped -> busy++;
          if
          :: marking && cell[h].old ->
             seen = cell[h].marked;
             cell[h].marked = 1;
#ifdef NO_TRACED_NOW
             if
             :: !seen ->
#else
             if
             :: !seen || traced_now == h ->
#endif
#ifndef NO_BULK_LOG
                log_one(m, cell[h].slot[0]); log_one(m, cell[h].slot[1])
#else
                skip
#endif
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

proctype Marker() {
  byte i, j, h, k;
  bit more, was;
  /* the snapshot: one stop */
  atomic {
    busy == 0 -> stopped = 1;
    for (i : 1 .. CELLS) { cell[i].marked = 0; if :: cell[i].used -> cell[i].old = 1 :: else fi }
    for (i : 0 .. MUTATORS - 1) { work[mut[i].r[0]] = 1; work[mut[i].r[1]] = 1 }
    work[0] = 0;
    marking = 1;
    stopped = 0
  }
again:
  do
  :: atomic {
       h = 0;
       for (i : 1 .. CELLS) {
         if
         :: handed[i] -> work[i] = 1; handed[i] = 0
         :: else
         fi;
         if
         :: work[i] -> h = i
         :: else
         fi
       };
       handed[0] = 0;
       if
       :: h == 0 -> break
       :: else -> work[h] = 0
       fi
     }
     traced_now = h;
     if
     :: atomic { cell[h].old -> was = cell[h].marked; cell[h].marked = 1 }
        if
        :: !was ->
           k = cell[h].slot[0];      /* one slot after the other, the mutators go on */
           atomic { if :: k != 0 && cell[k].old && !cell[k].marked -> work[k] = 1 :: else fi }
           k = cell[h].slot[1];
           atomic { if :: k != 0 && cell[k].old && !cell[k].marked -> work[k] = 1 :: else fi }
        :: else
        fi
     :: else                         /* young */
     fi;
     traced_now = 0
  od;
  /* the stop at the end: all buffers are looked at */
  atomic {
    busy == 0 -> stopped = 1;
    more = 0;
#ifndef NO_FLUSH
    for (i : 0 .. MUTATORS - 1) {
      handed[mut[i].log] = 1; handed[mut[i].log2] = 1;
      mut[i].log = 0; mut[i].log2 = 0
    }
#endif
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

init {
  atomic {
    /* a list of two, held by the first mutator, and whatever they make of it */
    cell[1].used = 1; cell[1].old = 1; cell[2].used = 1; cell[2].old = 1;
    cell[1].slot[0] = 2;
    mut[0].r[0] = 1;
    running = MUTATORS;
    run Mutator(0);

    run Marker()
  }
}
